# SPDX-License-Identifier: Apache-2.0
"""Quantized checkpoints of a tiny model, written from the published layouts, and their weights.

usage: model_packed.py MODEL TARGET [CASE...]
MODEL is a plain Hugging Face folder. TARGET gets one folder per case with the checkpoint, and
NAME.reference beside it: the same model with the dense weights that the layout's own software
computes (compressed-tensors: its library; GPTQ and AWQ: their formulas in half precision here).
"""
import json
import pathlib
import shutil
import sys

import numpy
import torch
from compressed_tensors.compressors import (IntQuantizationCompressor,
                                            PackedQuantizationCompressor)
from compressed_tensors.quantization import QuantizationScheme
from safetensors.torch import load_file, save_file

AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]
LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
random = numpy.random.default_rng(7)


def stream(values: numpy.ndarray, bits: int) -> numpy.ndarray:
    """Columns of values as columns of 32-bit words, the first value in the lowest bits."""
    count, columns = values.shape
    assert count * bits % 32 == 0
    words = numpy.zeros((count * bits // 32, columns), dtype=numpy.uint32)
    for bit in range(count * bits):
        value = (values[bit // bits].astype(numpy.uint32) >> (bit % bits)) & 1
        words[bit // 32] |= value << numpy.uint32(bit % 32)
    return words.view(numpy.int32)


def parts_gptq(shape: tuple, case: dict) -> tuple:
    rows, columns = shape
    bits, size = case["bits"], case["group"] if case["group"] > 0 else columns
    groups = -(-columns // size)
    codes = random.integers(0, 2**bits, (columns, rows))
    zeros = random.integers(1, 2**bits, (groups, rows))
    scales = random.uniform(0.001, 0.02, (groups, rows)).astype(numpy.float16)
    group = numpy.arange(columns) // size
    if case.get("act_order"):
        group = random.permutation(group)
    weight = scales[group] * (codes - zeros[group]).astype(numpy.float16)
    less = 1 if case["settings"].get("checkpoint_format", "gptq") == "gptq" else 0
    parts = {"qweight": torch.from_numpy(stream(codes, bits)),
             "qzeros": torch.from_numpy(stream((zeros - less).T, bits).T.copy()),
             "scales": torch.from_numpy(scales),
             "g_idx": torch.from_numpy(group.astype(numpy.int32))}
    if case.get("no_g_idx"):
        del parts["g_idx"]
    if case.get("bias"):
        parts["bias"] = torch.zeros(rows, dtype=torch.float16)
    return parts, torch.from_numpy(weight.T.copy())


def parts_awq(shape: tuple, case: dict) -> tuple:
    rows, columns = shape
    size = case["group"] if case["group"] > 0 else columns
    codes = random.integers(0, 16, (columns, rows))
    zeros = random.integers(0, 16, (columns // size, rows))
    scales = random.uniform(0.001, 0.02, (columns // size, rows)).astype(numpy.float16)

    def pack(values: numpy.ndarray) -> torch.Tensor:
        words = numpy.zeros((values.shape[0], rows // 8), dtype=numpy.uint32)
        for block in range(rows // 8):
            for place, output in enumerate(AWQ_ORDER):
                words[:, block] |= (values[:, 8 * block + output].astype(numpy.uint32)
                                    << numpy.uint32(4 * place))
        return torch.from_numpy(words.view(numpy.int32))

    group = numpy.arange(columns) // size
    weight = (codes - zeros[group]).astype(numpy.float16) * scales[group]
    parts = {"qweight": pack(codes), "qzeros": pack(zeros), "scales": torch.from_numpy(scales)}
    return parts, torch.from_numpy(weight.T.copy())


def parts_compressed(shape: tuple, case: dict) -> tuple:
    rows, columns = shape
    weights = case["settings"]["config_groups"]["group_0"]["weights"]
    groups = columns // weights["group_size"] if weights["strategy"] == "group" else 1
    scale = torch.from_numpy(random.uniform(
        0.01, 0.1, (1,) if weights["strategy"] == "tensor" else (rows, groups)))
    state = {"weight": torch.from_numpy(random.normal(0, 0.3, shape)).float(),
             "weight_scale": scale.to(getattr(torch, case.get("scale", "float16")))}
    half = 2**(weights["num_bits"] - 1)
    if not weights["symmetric"]:
        state["weight_zero_point"] = torch.from_numpy(
            random.integers(-half, half, tuple(scale.shape))).to(torch.int8)
    scheme = QuantizationScheme.model_validate(case["settings"]["config_groups"]["group_0"])
    compressor = (PackedQuantizationCompressor if case["settings"]["format"] == "pack-quantized"
                  else IntQuantizationCompressor)
    parts = compressor.compress(state, scheme)
    dense = compressor.decompress(
        {name: torch.Size(value.tolist()) if name == "weight_shape" else value
         for name, value in parts.items()}, scheme)["weight"]
    return {name: value.contiguous() for name, value in parts.items()}, dense


def gptq(bits: int, group: int, **more) -> dict:
    settings = {"quant_method": "gptq", "bits": bits, "group_size": group,
                "desc_act": more.get("act_order", False), "sym": False} | more.pop("settings", {})
    return {"make": parts_gptq, "bits": bits, "group": group, "settings": settings} | more


def awq(group: int, **more) -> dict:
    settings = {"quant_method": "awq", "bits": 4, "group_size": group, "zero_point": True,
                "version": "gemm"}
    return {"make": parts_awq, "group": group, "settings": settings} | more


def compressed(bits: int, strategy: str, symmetric: bool, group: int = None, **more) -> dict:
    inputs = None
    if more.get("format") == "int-quantized":
        inputs = {"num_bits": 8, "type": "int", "symmetric": True, "strategy": "token",
                  "dynamic": True}
    weights = {"num_bits": bits, "type": "int", "symmetric": symmetric, "strategy": strategy,
               "group_size": group, "dynamic": False}
    settings = {"quant_method": "compressed-tensors",
                "format": more.pop("format", "pack-quantized"),
                "quantization_status": "compressed", "ignore": ["lm_head"],
                "config_groups": {"group_0": {"targets": ["Linear"], "weights": weights,
                                              "input_activations": inputs}}}
    return {"make": parts_compressed, "settings": settings} | more


CASES = {
    "gptq-4": gptq(4, 32),
    "gptq-4-order": gptq(4, 16, act_order=True),
    "gptq-8-rows": gptq(8, -1),
    "gptq-3": gptq(3, 32, no_g_idx=True),
    "gptq-2-v2": gptq(2, 32, settings={"checkpoint_format": "gptq_v2"}),
    "gptq-own-file": gptq(4, 32, file="quantize_config.json", bias=True),
    "gptq-head": gptq(4, 32, head=True),
    "awq-32": awq(32),
    "awq-rows": awq(-1),
    "awq-own-file": awq(16, file="quant_config.json"),
    "pack-4": compressed(4, "group", True, 32),
    "pack-4-asym": compressed(4, "group", False, 16, scale="bfloat16"),
    "pack-4-channel": compressed(4, "channel", True, scale="float32"),
    "pack-4-channel-asym": compressed(4, "channel", False),
    "pack-8": compressed(8, "group", True, 32, scale="bfloat16"),
    "pack-8-asym": compressed(8, "group", False, 32),
    "pack-8-channel-asym": compressed(8, "channel", False, scale="bfloat16"),
    "int-channel": compressed(8, "channel", True, format="int-quantized", scale="bfloat16"),
    "int-channel-asym": compressed(8, "channel", False, format="int-quantized"),
    "int-tensor": compressed(8, "tensor", True, format="int-quantized"),
    "int-group": compressed(8, "group", True, 32, format="int-quantized"),
}


def write(folder: pathlib.Path, model: pathlib.Path, config: dict, weights: dict) -> None:
    folder.mkdir(parents=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(model / name, folder / name)
    (folder / "config.json").write_text(json.dumps(config))
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def main() -> None:
    model, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    config = json.loads((model / "config.json").read_text())
    plain = load_file(model / "model.safetensors")
    for name in sys.argv[3:] or CASES:
        case = CASES[name]
        packed, dense = {}, {}
        for tensor, value in plain.items():
            module = tensor.removesuffix(".weight")
            packs = module.endswith(LINEAR) or (case.get("head") and module == "lm_head")
            if not packs:
                packed[tensor] = dense[tensor] = value
                continue
            parts, weight = case["make"](tuple(value.shape), case)
            packed.update({f"{module}.{part}": content for part, content in parts.items()})
            dense[tensor] = weight.float().contiguous()
        settings = {"quantization_config": case["settings"]} if "file" not in case else {}
        write(target / name, model, config | settings, packed)
        if "file" in case:
            stored = {key: value for key, value in case["settings"].items()
                      if key != "quant_method"}
            (target / name / case["file"]).write_text(json.dumps(stored))
        write(target / f"{name}.reference", model, config | {"torch_dtype": "float32"}, dense)


main()

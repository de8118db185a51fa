# SPDX-License-Identifier: Apache-2.0
"""Opens exported folders by other software and writes the logits of one token sequence.

usage: compute_formats.py TOKENS FORMAT:FOLDER...
An adapter in the folder's "adapter" is applied by PEFT. TOKENS is a JSON list of ids. Every FOLDER gets logits.f32, [tokens, vocabulary] row by row:
  hf                  transformers, in single precision
  mlx                 mlx-lm on the CPU, which reads a shape per layer
  compressed-tensors  transformers with the compressed-tensors package; asymmetric grids, which
                      that pair cannot load, by the package's own decompressor
  onnx                ONNX Runtime; steps.f32 holds the logits of a short prompt and single tokens
                      after it, batch.f32 those of the sequence beside a shorter, padded one
  openvino            the ONNX file in OpenVINO on the CPU, inputs unrounded
  gptq, awq           the layouts of AutoGPTQ and AutoAWQ unpacked here (their own kernels need a
                      GPU), the result in transformers
"""
import json
import pathlib
import sys

import mlx.core
import mlx_lm.utils
import numpy
import onnxruntime
import openvino
import torch
from compressed_tensors.compressors import PackedQuantizationCompressor
from compressed_tensors.quantization import QuantizationScheme
from safetensors.numpy import load_file
from peft import PeftModel
from transformers import AutoConfig, AutoModelForCausalLM


def logits_of(model, folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    """Logits of a model, with the LoRA adapter of its folder where there is one."""
    if (folder / "adapter").exists():
        with torch.no_grad():
            model(torch.tensor([tokens]))  # compressed-tensors unpacks at the first call of its own
        model = PeftModel.from_pretrained(model, folder / "adapter").eval()
        stored = load_file(folder / "adapter" / "adapter_model.safetensors")
        used = [name for name, _ in model.named_parameters() if ".lora_" in name]
        assert len(used) == len(stored), "PEFT left out a part of the adapter"
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].numpy()


def hf_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    return logits_of(AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval(), folder, tokens)


def mlx_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    model, _ = mlx_lm.utils.load_model(folder)
    return numpy.array(model(mlx.core.array([tokens]))[0])


def plain_logits(folder: pathlib.Path, weights: dict, tokens: list) -> numpy.ndarray:
    """Logits of the folder's architecture with these dense weights."""
    config = AutoConfig.from_pretrained(folder)
    del config.quantization_config
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    missing, unexpected = model.load_state_dict(
        {name: torch.as_tensor(value).float().contiguous() for name, value in weights.items()},
        strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    return logits_of(model, folder, tokens)


def decompress(folder: pathlib.Path) -> dict:
    """Dense weights of a folder with one grid, by the package itself."""
    settings = json.loads((folder / "config.json").read_text())["quantization_config"]
    scheme = QuantizationScheme.model_validate(settings["config_groups"]["group_0"])
    modules, weights = {}, {}
    for name, value in load_file(folder / "model.safetensors").items():
        module, _, suffix = name.rpartition(".")
        modules.setdefault(module, {})[suffix] = torch.from_numpy(value)
    for module, state in modules.items():
        if "weight_packed" in state:
            state["weight_shape"] = torch.Size(state["weight_shape"].tolist())
            state = PackedQuantizationCompressor.decompress(state, scheme)
        weights.update({f"{module}.{suffix}": value for suffix, value in state.items()
                        if suffix in ("weight", "bias")})
    return weights


def compressed_tensors_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    settings = json.loads((folder / "config.json").read_text())["quantization_config"]
    if not settings["config_groups"]["group_0"]["weights"]["symmetric"]:
        return plain_logits(folder, decompress(folder), tokens)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval()
    if settings["format"] == "int-quantized":
        assert any(type(module).__name__ == "CompressedLinear" or hasattr(module, "quantization_scheme")
                   for module in model.modules()), "the loader took no notice of the grid"
        return logits_of(model, folder, tokens)
    packed = [name for name, _ in model.named_parameters() if name.endswith("weight_packed")]
    expected = [name for name in load_file(folder / "model.safetensors")
                if name.endswith("weight_packed")]
    assert sorted(packed) == sorted(expected) and packed, "the loader changed the packed weights"
    return logits_of(model, folder, tokens)


def unpack_gptq(folder: pathlib.Path) -> dict:
    """w[o, i] = scales[g, o] * (q[i, o] - (zero[g, o] + 1)), g = g_idx[i]; fields of `bits` bits
    lie in 32-bit words from the lowest bit up, along the inputs in qweight and along the outputs
    in qzeros."""
    settings = json.loads((folder / "config.json").read_text())["quantization_config"]
    assert settings["quant_method"] == "gptq" and settings["checkpoint_format"] == "gptq"
    assert settings["sym"] and not settings["desc_act"]
    bits = settings["bits"]
    fields = range(32 // bits)
    weights = {}
    stored = load_file(folder / "model.safetensors")
    for name, value in stored.items():
        module, _, suffix = name.rpartition(".")
        if suffix == "qweight":
            words = value.view(numpy.uint32).astype(numpy.int64)
            codes = numpy.stack([(words >> (bits * field)) & (2**bits - 1) for field in fields],
                                axis=1).reshape(-1, words.shape[1])
            words = stored[module + ".qzeros"].view(numpy.uint32).astype(numpy.int64)
            zeros = numpy.stack([(words >> (bits * field)) & (2**bits - 1) for field in fields],
                                axis=2).reshape(words.shape[0], -1) + 1
            assert (zeros == 2**(bits - 1)).all()
            scales = stored[module + ".scales"]
            assert scales.dtype == numpy.float16
            groups = stored[module + ".g_idx"]
            assert (groups == numpy.arange(len(codes)) // settings["group_size"]).all()
            weight = scales[groups].astype(numpy.float32) * (codes - zeros[groups])
            weights[module + ".weight"] = weight.T
        elif suffix not in ("qzeros", "scales", "g_idx"):
            weights[name] = value
    return weights


def gptq_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    return plain_logits(folder, unpack_gptq(folder), tokens)


def unpack_awq(folder: pathlib.Path) -> dict:
    """w[o, i] = scales[g, o] * (q[i, o] - zero[g, o]), g = i // group_size; four bits from the
    lowest up are outputs 0, 2, 4, 6, 1, 3, 5, 7 of the eight that a word holds."""
    settings = json.loads((folder / "config.json").read_text())["quantization_config"]
    assert settings["quant_method"] == "awq" and settings["version"] == "gemm"
    assert settings["bits"] == 4 and settings["zero_point"]

    def nibbles(words: numpy.ndarray) -> numpy.ndarray:
        fields = numpy.stack([(words.view(numpy.uint32) >> (4 * place)) & 15
                              for place in range(8)], axis=2)
        ordered = numpy.empty_like(fields)
        ordered[:, :, [0, 2, 4, 6, 1, 3, 5, 7]] = fields
        return ordered.reshape(words.shape[0], -1).astype(numpy.int64)

    weights = {}
    stored = load_file(folder / "model.safetensors")
    for name, value in stored.items():
        module, _, suffix = name.rpartition(".")
        if suffix == "qweight":
            codes, zeros = nibbles(value), nibbles(stored[module + ".qzeros"])
            scales = stored[module + ".scales"]
            assert scales.dtype == numpy.float16 and scales.shape == zeros.shape
            groups = numpy.arange(len(codes)) // settings["group_size"]
            weights[module + ".weight"] = (scales[groups].astype(numpy.float32)
                                           * (codes - zeros[groups])).T
        elif suffix not in ("qzeros", "scales"):
            weights[name] = value
    return weights


def awq_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    return plain_logits(folder, unpack_awq(folder), tokens)


def run_onnx(session, tokens: numpy.ndarray, mask: numpy.ndarray, past: dict) -> tuple:
    """Logits of the tokens, and the cache after them under its input names."""
    names = [output.name for output in session.get_outputs()]
    feed = {"input_ids": tokens, "attention_mask": mask, **past}
    outputs = dict(zip(names, session.run(names, feed)))
    logits = outputs.pop("logits")
    return logits, {name.replace("present", "past_key_values"): value
                    for name, value in outputs.items()}


def empty_cache(session, batch: int) -> dict:
    return {entry.name: numpy.zeros((batch, entry.shape[1], 0, entry.shape[3]), numpy.float32)
            for entry in session.get_inputs() if entry.name.startswith("past_key_values")}


def onnx_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(folder / "model.onnx", options,
                                           providers=["CPUExecutionProvider"])
    ids = numpy.array([tokens], dtype=numpy.int64)
    length = len(tokens)
    whole, _ = run_onnx(session, ids, numpy.ones_like(ids), empty_cache(session, 1))

    prompt = length // 2
    part, past = run_onnx(session, ids[:, :prompt], numpy.ones_like(ids[:, :prompt]),
                          empty_cache(session, 1))
    steps = [part[0]]
    for position in range(prompt, length):
        part, past = run_onnx(session, ids[:, position:position + 1],
                              numpy.ones((1, position + 1), numpy.int64), past)
        steps.append(part[0])
    (folder / "steps.f32").write_bytes(numpy.concatenate(steps).tobytes())

    mask = numpy.ones((2, length), numpy.int64)
    mask[0, prompt:] = 0
    pair, _ = run_onnx(session, numpy.repeat(ids, 2, axis=0), mask, empty_cache(session, 2))
    assert numpy.allclose(pair[0, :prompt], whole[0, :prompt], atol=1e-4)
    (folder / "batch.f32").write_bytes(pair[1].tobytes())
    return whole[0]


def openvino_logits(folder: pathlib.Path, tokens: list) -> numpy.ndarray:
    core = openvino.Core()
    model = core.compile_model(core.read_model(folder / "model.onnx"), "CPU", {
        "INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
        "INFERENCE_NUM_THREADS": "1"})
    ids = numpy.array([tokens], dtype=numpy.int64)
    feed = {"input_ids": ids, "attention_mask": numpy.ones_like(ids)}
    for entry in model.inputs:
        if entry.any_name.startswith("past_key_values"):
            shape = entry.partial_shape
            feed[entry.any_name] = numpy.zeros(
                (1, shape[1].get_length(), 0, shape[3].get_length()), numpy.float32)
    return model(feed)["logits"][0]


READERS = {"hf": hf_logits, "mlx": mlx_logits, "onnx": onnx_logits, "openvino": openvino_logits,
           "compressed-tensors": compressed_tensors_logits,
           "gptq": gptq_logits, "awq": awq_logits}


def main() -> None:
    tokens = json.loads(sys.argv[1])
    for argument in sys.argv[2:]:
        reader, _, name = argument.partition(":")
        folder = pathlib.Path(name)
        logits = READERS[reader](folder, tokens)
        (folder / "logits.f32").write_bytes(logits.astype(numpy.float32).tobytes())


main()

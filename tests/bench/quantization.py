# SPDX-License-Identifier: Apache-2.0
"""GGUF types written by schmidt-cli and by llama-quantize with an importance matrix of the same text.

usage: quantization.py SCHMIDT_CLI LLAMA_BIN PROJECT CALIBRATION_TEXT EVALUATION_TEXT [--run R]
       [--types Q4_0,Q4_K_M,...] [--tokens 4096] [--calibration-tokens 32768] [--threads 2]

LLAMA_BIN holds llama-quantize and llama-imatrix. Both start from the F16 export of the run. Prints
for each type the size of both files, the mean KL divergence to the F16 file and the seconds that
each took (ours with its calibration pass, llama-quantize with a finished matrix). The KL is computed by transformers on weights decoded by the gguf package, so that
neither side measures itself. Single types are compared with `llama-quantize --pure`.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import numpy
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from transformers import LlamaConfig, LlamaForCausalLM

# Names of llama-quantize for files of one type.
PURE = {"Q2_K": "Q2_K", "Q3_K": "Q3_K_S", "Q4_K": "Q4_K_S", "Q5_K": "Q5_K_S", "Q6_K": "Q6_K",
        "Q4_0": "Q4_0", "Q4_1": "Q4_1", "Q5_0": "Q5_0", "Q5_1": "Q5_1", "Q8_0": "Q8_0",
        "IQ4_NL": "IQ4_NL"}
MIXES = {"Q2_K_M": "Q2_K", "Q3_K_S": "Q3_K_S", "Q3_K_M": "Q3_K_M", "Q3_K_L": "Q3_K_L",
         "Q4_K_S": "Q4_K_S", "Q4_K_M": "Q4_K_M", "Q5_K_S": "Q5_K_S", "Q5_K_M": "Q5_K_M"}
NAMES = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
         "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
         "ffn_down": "mlp.down_proj"}
WINDOW = 512


def field(reader: GGUFReader, key: str):
    return reader.fields[key].contents()


def build_model(reader: GGUFReader) -> LlamaForCausalLM:
    a = field(reader, "general.architecture")
    if a != "llama" or isinstance(field(reader, f"{a}.feed_forward_length"), list):
        raise SystemExit("This measurement needs a run with equal widths in all layers.")
    config = LlamaConfig(
        vocab_size=field(reader, f"{a}.vocab_size"),
        hidden_size=field(reader, f"{a}.embedding_length"),
        intermediate_size=field(reader, f"{a}.feed_forward_length"),
        num_hidden_layers=field(reader, f"{a}.block_count"),
        num_attention_heads=field(reader, f"{a}.attention.head_count"),
        num_key_value_heads=field(reader, f"{a}.attention.head_count_kv"),
        head_dim=field(reader, f"{a}.attention.key_length"),
        rms_norm_eps=field(reader, f"{a}.attention.layer_norm_rms_epsilon"),
        rope_theta=field(reader, f"{a}.rope.freq_base"), tie_word_embeddings=True)
    return LlamaForCausalLM(config).eval()


def load_weights(model: LlamaForCausalLM, path: pathlib.Path) -> None:
    reader = GGUFReader(path)
    state = model.state_dict()
    for tensor in reader.tensors:
        parts = tensor.name.split(".")
        if parts[0] == "blk":
            name = f"model.layers.{parts[1]}.{NAMES[parts[2]]}.weight"
        else:
            name = {"token_embd": "model.embed_tokens.weight", "output_norm": "model.norm.weight",
                    "output": "lm_head.weight"}[parts[0]]
        values = torch.from_numpy(numpy.array(dequantize(tensor.data, tensor.tensor_type)))
        if parts[-2] in ("attn_q", "attn_k"):  # adjacent rotary pairs to halves
            rows, columns = values.shape
            dim = model.config.head_dim
            values = values.reshape(rows // dim, dim // 2, 2, columns).transpose(1, 2)
        state[name].copy_(values.reshape(state[name].shape))


@torch.no_grad()
def log_probabilities(model, windows) -> list:
    return [torch.log_softmax(model(window[None]).logits[0].float(), -1) for window in windows]


@torch.no_grad()
def mean_kl(model, windows, reference) -> float:
    sums, count = 0.0, 0
    for window, base in zip(windows, reference):
        own = torch.log_softmax(model(window[None]).logits[0].float(), -1)
        sums += (base.exp() * (base - own)).sum(-1).double().sum().item()
        count += len(window)
    return sums / count


def tokens_of(reader: GGUFReader, text: str, count: int) -> torch.Tensor:
    """Ids by the tokenizers package, from the vocabulary of the file."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    vocabulary = {t: i for i, t in enumerate(field(reader, "tokenizer.ggml.tokens"))}
    merges = [tuple(m.split(" ")) for m in field(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)])
    tokenizer.decoder = decoders.ByteLevel()
    ids = tokenizer.encode(text[: 12 * count]).ids[: count // WINDOW * WINDOW]
    return torch.tensor(ids).reshape(-1, WINDOW)


def timed(command: list) -> float:
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("cli", "llama", "project", "calibration", "evaluation"):
        parser.add_argument(name)
    parser.add_argument("--run", default="baseline")
    parser.add_argument("--types", default=",".join([*PURE, *MIXES]))
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--calibration-tokens", type=int, default=32768)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    llama = pathlib.Path(options.llama)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        calibration = folder / "calibration.txt"
        text = pathlib.Path(options.calibration).read_text(encoding="utf-8")
        calibration.write_text(text[: 4 * options.calibration_tokens], encoding="utf-8")
        export = [options.cli, "export", "--project", options.project, "--run", options.run,
                  "--format", "gguf", "--threads", options.threads]
        full = folder / "f16.gguf"
        timed([*export, "--type", "F16", "--out", full])
        matrix = folder / "imatrix.gguf"
        timed([llama / "llama-imatrix", "-m", full, "-f", calibration, "-o", matrix, "-c", 512,
               "--no-ppl", "--process-output", "-t", options.threads])
        reader = GGUFReader(full)
        model = build_model(reader)
        load_weights(model, full)
        windows = tokens_of(reader, pathlib.Path(options.evaluation).read_text(encoding="utf-8"),
                            options.tokens)
        reference = log_probabilities(model, windows)
        print(f"{windows.numel()} tokens, windows of {WINDOW}, fp32; F16 file "
              f"{os.path.getsize(full) / 1e6:.1f} MB")
        print(f"{'type':8} {'MB':>7} {'llama':>7}  {'KL':>9} {'llama':>9} {'ratio':>6}  "
              f"{'s':>5} {'llama':>5}", flush=True)
        for kind in options.types.split(","):
            own, other = folder / "own.gguf", folder / "other.gguf"
            seconds = timed([*export, "--type", kind, "--text", calibration, "--out", own])
            pure = ["--pure"] if kind in PURE else []
            llama_name = PURE.get(kind) or MIXES[kind]
            llama_seconds = timed([llama / "llama-quantize", *pure, "--imatrix", matrix, full, other,
                                   llama_name, options.threads])
            kl = []
            for path in (own, other):
                load_weights(model, path)
                kl.append(mean_kl(model, windows, reference))
            sizes = [os.path.getsize(path) / 1e6 for path in (own, other)]
            print(f"{kind:8} {sizes[0]:7.1f} {sizes[1]:7.1f}  {kl[0]:9.6f} {kl[1]:9.6f} "
                  f"{kl[0] / kl[1]:6.3f}  {seconds:5.1f} {llama_seconds:5.1f}", flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Healing speed of schmidt-cli against a plain PyTorch distillation loop, in one run.

usage: healing_speed.py SCHMIDT_CLI PROJECT RECIPE [TOKENS] [THREADS]

PROJECT is an analyzed project of the default model, RECIPE one of its recipes without quantization.
The loop trains a transformers Llama of the recipe's mean width against one of the full width, both with
random weights (speed does not depend on them): windows of 512 tokens in batches of 8, bf16 autocast,
fp32 weights, KL over the whole vocabulary, AdamW. Its first step is not timed. schmidt-cli states the
speed of its own loop, measurements taken off. The project gains one run.
"""
import json
import subprocess
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

WINDOW, BATCH = 512, 8


def llama(width: int, kv_heads: int) -> LlamaForCausalLM:
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=width, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=kv_heads, tie_word_embeddings=True, attn_implementation="sdpa"))


def loop_speed(width: int, steps: int) -> float:
    teacher = llama(1536, 3).to(torch.bfloat16).eval()
    student = llama(width, 3)
    student.model.embed_tokens.weight.requires_grad_(False)
    optimizer = torch.optim.AdamW([p for p in student.parameters() if p.requires_grad], lr=2e-4)
    for step in range(steps + 1):
        if step == 1:
            start = time.perf_counter()
        tokens = torch.randint(0, 49152, (BATCH, WINDOW))
        with torch.no_grad():
            target = torch.log_softmax(teacher(tokens).logits.float(), -1)
        with torch.autocast("cpu", torch.bfloat16):
            logits = student(tokens).logits
        loss = torch.nn.functional.kl_div(torch.log_softmax(logits.float(), -1).flatten(0, 1),
                                          target.flatten(0, 1), log_target=True, reduction="batchmean")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return steps * BATCH * WINDOW / (time.perf_counter() - start)


def schmidt_speed(cli: str, project: str, recipe: str, tokens: int, threads: int) -> dict:
    done = subprocess.run([cli, "compress", "--project", project, "--recipe", recipe, "--name", "healing-speed",
                           "--heal-tokens", str(tokens), "--threads", str(threads), "--json"],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["heal"]


def main() -> None:
    cli, project, recipe = sys.argv[1:4]
    tokens = int(sys.argv[4]) if len(sys.argv) > 4 else 16384
    threads = int(sys.argv[5]) if len(sys.argv) > 5 else 2
    torch.set_num_threads(threads)
    with open(recipe, encoding="utf-8") as file:
        layers = json.load(file)["layers"]
    width = round(sum(layer["mlp_width"] for layer in layers) / len(layers) / 32) * 32
    heal = schmidt_speed(cli, project, recipe, tokens, threads)
    plain = loop_speed(width, max(2, tokens // (4 * BATCH * WINDOW)))
    print(json.dumps({"threads": threads, "tokens": heal["tokens"], "kl_before": heal["kl_before"],
                      "kl_after": heal["kl_after"], "schmidt_tokens_per_second": heal["tokens_per_second"],
                      "loop_tokens_per_second": plain, "ratio": heal["tokens_per_second"] / plain}))


if __name__ == "__main__":
    main()

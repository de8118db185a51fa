# SPDX-License-Identifier: Apache-2.0
"""Reference side of the token comparison: transformers in fp64.

usage: engine_tokens.py BASELINE VARIANT IDS OUT
IDS: token numbers separated by commas. OUT: fp32 numbers: KL, baseline nll and variant nll of every
predicted token, then |h_baseline - h_variant| / |h_baseline| after each block, layer by layer.
"""
import sys

import torch
from transformers import AutoModelForCausalLM


def read(folder: str, ids: torch.Tensor):
    model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float64)
    streams = []

    def keep(_module, _inputs, output):
        streams.append((output[0] if isinstance(output, tuple) else output).reshape(len(ids), -1))

    for layer in model.model.layers:
        layer.register_forward_hook(keep)
    with torch.no_grad():
        logits = model(ids[None]).logits[0]
    return torch.log_softmax(logits[:-1].double(), -1), torch.stack(streams)[:, :-1]


def main() -> None:
    ids = torch.tensor([int(word) for word in sys.argv[3].split(",")])
    p, first = read(sys.argv[1], ids)
    q, second = read(sys.argv[2], ids)
    rows = torch.arange(len(ids) - 1)
    numbers = [(p.exp() * (p - q)).sum(-1), -p[rows, ids[1:]], -q[rows, ids[1:]],
               ((first - second).norm(dim=-1) / first.norm(dim=-1)).flatten()]
    with open(sys.argv[4], "wb") as file:
        file.write(torch.cat(numbers).float().numpy().tobytes())


main()

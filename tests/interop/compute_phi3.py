# SPDX-License-Identifier: Apache-2.0
"""Writes a small random Phi-3 as transformers stores it, and its logits of one token sequence.

usage: compute_phi3.py TOKENS FOLDER
TOKENS is a JSON list of ids; logits.f32 gets [tokens, vocabulary] row by row.
"""
import json
import pathlib
import sys

import torch
from transformers import Phi3Config, Phi3ForCausalLM


def main() -> None:
    tokens, folder = json.loads(sys.argv[1]), pathlib.Path(sys.argv[2])
    torch.manual_seed(5)
    settings = {"vocab_size": 320, "hidden_size": 64, "intermediate_size": 96,
                "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
                "max_position_embeddings": 256, "original_max_position_embeddings": 256,
                "initializer_range": 0.15, "bos_token_id": 256, "eos_token_id": 257,
                "pad_token_id": 0, "attn_implementation": "eager"}
    model = Phi3ForCausalLM(Phi3Config(**settings)).eval()
    for name, weight in model.named_parameters():
        if "norm" in name:
            torch.nn.init.normal_(weight, 1.0, 0.2)
    model.save_pretrained(folder)
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0]
    (folder / "logits.f32").write_bytes(logits.float().numpy().tobytes())


main()

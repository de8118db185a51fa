# SPDX-License-Identifier: Apache-2.0
"""Logits of Hugging Face folders in transformers, for comparison with llama.cpp.

usage: runtime_export_logits.py TOKENS FOLDER...
TOKENS is a JSON list of ids; every FOLDER gets logits.f32, [tokens, vocabulary] row by row, and
report.json: the class that transformers chose, the parameter count and what the tokenizer makes of
a sentence.
"""
import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

SENTENCE = "The thirty-third theory, at 3.14: naïve café!\n\tIndented <s>"


def main() -> None:
    tokens = torch.tensor([json.loads(sys.argv[1])])
    for name in sys.argv[2:]:
        folder = pathlib.Path(name)
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        with torch.no_grad():
            logits = model(tokens).logits[0]
        (folder / "logits.f32").write_bytes(logits.float().numpy().tobytes())
        tokenizer = AutoTokenizer.from_pretrained(folder)
        ids = tokenizer(SENTENCE, add_special_tokens=False)["input_ids"]
        # As people call it: with all that the tokenizer returns.
        model.generate(**tokenizer(SENTENCE, return_tensors="pt"), max_new_tokens=1, do_sample=False)
        report = {
            "class": type(model).__name__,
            "parameters": sum(weight.numel() for weight in model.parameters()),
            "sentence": SENTENCE,
            "ids": ids,
            "decoded": tokenizer.decode(ids, clean_up_tokenization_spaces=False),
            "eos": tokenizer.eos_token_id,
        }
        (folder / "report.json").write_text(json.dumps(report))


main()

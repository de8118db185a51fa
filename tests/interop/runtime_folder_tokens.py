# SPDX-License-Identifier: Apache-2.0
"""Token ids of a text's lines by the tokenizer of a Hugging Face folder.

usage: runtime_folder_tokens.py FOLDER TEXTS OUT
TEXTS: JSON list; OUT: JSON list of {"bare": ids, "full": ids with what the tokenizer adds}.
"""
import json
import sys

from transformers import PreTrainedTokenizerFast


def main() -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        texts = json.load(file)
    ids = [{"bare": tokenizer.encode(text, add_special_tokens=False),
            "full": tokenizer.encode(text)} for text in texts]
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        json.dump(ids, file)


main()

# SPDX-License-Identifier: Apache-2.0
"""Token ids and chat layouts of a byte-level GGUF's tokenizer, by tokenizers and Jinja.

usage: runtime_tokenizer.py GGUF TEXTS OUT
TEXTS: JSON {"texts": [...], "chats": [[{role, content}...]...]}; OUT: JSON with "ids" of every text
and "chats" as rendered. The tokenizer is put together here from the vocabulary and merges of the
file by the rule published for SmolLM2: digits one by one, then GPT-2's byte-level split.
"""
import json
import sys

import jinja2
from gguf import GGUFReader
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

CONTROL = 3


def main() -> None:
    fields = GGUFReader(sys.argv[1]).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    kinds = fields["tokenizer.ggml.token_type"].contents()
    assert fields["tokenizer.ggml.pre"].contents() == "smollm"
    tokenizer = Tokenizer(models.BPE(
        vocab={token: index for index, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([
        AddedToken(token, special=True, normalized=False)
        for token, kind in zip(tokens, kinds) if kind == CONTROL])

    with open(sys.argv[2], encoding="utf-8") as file:
        wanted = json.load(file)
    layout = jinja2.Environment().from_string(fields["tokenizer.chat_template"].contents())
    result = {
        "ids": [tokenizer.encode(text, add_special_tokens=False).ids for text in wanted["texts"]],
        "chats": [layout.render(messages=chat, add_generation_prompt=True)
                  for chat in wanted["chats"]],
    }
    with open(sys.argv[3], "w", encoding="utf-8") as file:
        json.dump(result, file)


main()

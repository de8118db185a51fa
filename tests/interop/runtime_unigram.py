# SPDX-License-Identifier: Apache-2.0
"""Trains SentencePiece Unigram tokenizers and writes them as the tokenizer.json of folders.

usage: runtime_unigram.py TEXT FOLDER
TEXT is a file to train on. FOLDER/converted has the steps that transformers' converter of SentencePiece models
makes, FOLDER/split those of its XLM-R and T5 tokenizers, FOLDER/plain neither normalization nor
removal of blanks.
"""
import json
import pathlib
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers


def main() -> None:
    prefix = pathlib.Path(sys.argv[2]) / "trained"
    sentencepiece.SentencePieceTrainer.train(
        input=sys.argv[1], model_prefix=str(prefix), model_type="unigram", vocab_size=1500,
        normalization_rule_name="nmt_nfkc", character_coverage=0.9995, num_threads=2,
        user_defined_symbols=["<mark>"], minloglevel=2)
    trained = sentencepiece_model_pb2.ModelProto()
    trained.ParseFromString(prefix.with_suffix(".model").read_bytes())
    pieces = [(piece.piece, piece.score) for piece in trained.pieces]
    rules = normalizers.Precompiled(trained.normalizer_spec.precompiled_charsmap)
    metaspace = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    forms = {
        "converted": (normalizers.Sequence([rules, normalizers.Strip(left=False, right=True),
                                            normalizers.Replace(Regex(" {2,}"), "\u2581")]),
                      metaspace),
        "split": (normalizers.Sequence([rules]),
                  pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])),
        "plain": (None, metaspace),
    }
    for name, (normalizer, splits) in forms.items():
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        tokenizer.pre_tokenizer = splits
        tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
        tokenizer.add_special_tokens(["<s>", "</s>"])
        tokenizer.add_tokens(["<mark>"])
        folder = pathlib.Path(sys.argv[2]) / name
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "tokenizer_config.json").write_text(json.dumps({
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>",
            "unk_token": "<unk>", "model_input_names": ["input_ids", "attention_mask"]}))


main()

# SPDX-License-Identifier: Apache-2.0
"""Writes small random models of several families as transformers stores them, each with its logits
of one token sequence.

usage: compute_families.py TOKENS FOLDER
TOKENS is a JSON list of ids; FOLDER gets one folder per model with logits.f32, [tokens, vocabulary]
row by row, and for GPT-2 and GPT-NeoX model.gguf.
"""
import json
import pathlib
import sys

import gguf
import torch
from transformers import (Gemma2Config, Gemma2ForCausalLM, Gemma3ForCausalLM, Gemma3TextConfig,
                          GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM)

IDS = {"bos_token_id": 256, "eos_token_id": 257, "pad_token_id": 0, "attn_implementation": "eager"}
GEMMA = {"vocab_size": 320, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 7,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 24,
         "max_position_embeddings": 256, "sliding_window": 16, "initializer_range": 0.15, **IDS}


def models():
    yield "gemma2", Gemma2ForCausalLM(Gemma2Config(**GEMMA, query_pre_attn_scalar=24,
                                                   attn_logit_softcapping=3.0,
                                                   final_logit_softcapping=5.0))
    yield "gemma2-scaled", Gemma2ForCausalLM(Gemma2Config(**GEMMA, query_pre_attn_scalar=40))
    yield "gemma3", Gemma3ForCausalLM(Gemma3TextConfig(
        **GEMMA, query_pre_attn_scalar=24, rope_theta=1e6, rope_local_base_freq=1e4,
        rope_scaling={"rope_type": "linear", "factor": 8.0}))
    yield "gpt2", GPT2LMHeadModel(GPT2Config(vocab_size=320, n_positions=128, n_embd=64, n_layer=3,
                                             n_head=4, initializer_range=0.15, **IDS))
    neox = {"vocab_size": 320, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,
            "num_attention_heads": 4, "max_position_embeddings": 256, "initializer_range": 0.15,
            "tie_word_embeddings": False, **IDS}
    yield "neox", GPTNeoXForCausalLM(GPTNeoXConfig(**neox, rotary_pct=0.25))
    yield "neox-serial", GPTNeoXForCausalLM(GPTNeoXConfig(**neox, rotary_pct=1.0,
                                                          use_parallel_residual=False))


def write_gguf(model, path: pathlib.Path) -> None:
    """As llama.cpp's converter lays GPT-2 and GPT-NeoX out: queries, keys and values in one matrix,
    one after the other, [out, in]."""
    config, state = model.config, model.state_dict()
    neox = config.model_type == "gpt_neox"
    heads, hidden = config.num_attention_heads, config.hidden_size
    writer = gguf.GGUFWriter(path, "gptneox" if neox else "gpt2")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(hidden)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size if neox else 4 * hidden)
    writer.add_head_count(heads)
    writer.add_layer_norm_eps(config.layer_norm_eps if neox else config.layer_norm_epsilon)
    if neox:
        writer.add_rope_dimension_count(int(config.rotary_pct * (hidden // heads)))
        writer.add_parallel_residual(config.use_parallel_residual)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([f"t{index}" for index in range(config.vocab_size)])
    writer.add_token_types([1] * config.vocab_size)
    writer.add_token_merges(["t 1"])

    def add(name, tensor):
        writer.add_tensor(name, tensor.float().contiguous().numpy())

    body = "gpt_neox." if neox else "transformer."
    add("token_embd.weight", state[body + ("embed_in" if neox else "wte") + ".weight"])
    if neox:
        add("output.weight", state["embed_out.weight"])
    else:
        add("position_embd.weight", state[body + "wpe.weight"])
    for kind in ("weight", "bias"):
        add(f"output_norm.{kind}", state[body + ("final_layer_norm." if neox else "ln_f.") + kind])
        for layer in range(config.num_hidden_layers):
            block = body + (f"layers.{layer}." if neox else f"h.{layer}.")
            names = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
                     "attn_qkv": "attention.query_key_value", "attn_output": "attention.dense",
                     "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h"} if neox else {
                     "attn_norm": "ln_1", "ffn_norm": "ln_2", "attn_qkv": "attn.c_attn",
                     "attn_output": "attn.c_proj", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"}
            for own, other in names.items():
                tensor = state[f"{block}{other}.{kind}"]
                if neox and own == "attn_qkv":
                    tensor = tensor.reshape(heads, 3, hidden // heads, -1).transpose(0, 1)
                    tensor = tensor.reshape(3 * hidden, -1) if kind == "weight" \
                        else tensor.reshape(3 * hidden)
                elif not neox and kind == "weight" and "norm" not in own:
                    tensor = tensor.t()
                add(f"blk.{layer}.{own}.{kind}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    tokens, root = json.loads(sys.argv[1]), pathlib.Path(sys.argv[2])
    torch.manual_seed(5)
    for name, model in models():
        model = model.eval()
        for parameter, weight in model.named_parameters():
            if "norm" in parameter or ".ln_" in parameter or parameter.endswith("bias"):
                torch.nn.init.normal_(weight, 1.0 if name in ("gpt2", "neox", "neox-serial")
                                      and parameter.endswith("weight") else 0.1, 0.2)
        model.save_pretrained(root / name)
        if not name.startswith("gemma"):
            write_gguf(model, root / name / "model.gguf")
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0]
        (root / name / "logits.f32").write_bytes(logits.float().numpy().tobytes())


main()

# SPDX-License-Identifier: Apache-2.0
"""Evaluation speed of schmidt-cli against a plain transformers loop, on the same tokens count.

usage: evaluation_speed.py SCHMIDT_CLI PROJECT RUN HF_FOLDER TEXT [TOKENS]

PROJECT holds a baseline and one variant whose weights are those of HF_FOLDER (export it with
`schmidt-cli export --run ... --format hf --type F16`). Both sides compute perplexity, KL and top-1
agreement of the variant against the baseline on windows of 2,048 tokens in bf16; the loop runs the
exported folder as both teacher and student, so that the work is the same. Loading is timed apart.
The program is timed twice: with a baseline it sees for the first time, and again, when it knows the
baseline's hidden states, as for every further variant of a project.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

WINDOW = 2048


def transformers_seconds(folder: str, text: str, tokens: int) -> float:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    ids = AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=False)["input_ids"]
    windows = torch.tensor(ids[: tokens // WINDOW * WINDOW]).reshape(-1, WINDOW)
    start = time.perf_counter()
    with torch.no_grad():
        for window in windows:
            teacher = torch.log_softmax(model(window[None]).logits[0, :-1].float(), -1)
            student = torch.log_softmax(model(window[None]).logits[0, :-1].float(), -1)
            student.gather(1, window[1:, None]).mean()
            (teacher.exp() * (teacher - student)).sum(-1).mean()
            (teacher.argmax(-1) == student.argmax(-1)).float().mean()
    seconds = time.perf_counter() - start
    print(f"transformers: {windows.numel()} tokens in {seconds:.1f} s")
    return seconds / windows.numel()


def schmidt_seconds(cli: str, project: str, run: str, text: str, tokens: int) -> dict[str, float]:
    """Seconds per token where the baseline's hidden states are unknown ("first"), and known."""
    shutil.rmtree(pathlib.Path(project) / "cache" / "states", ignore_errors=True)
    seconds = {}
    for state in ("first", "again"):
        spent = {}
        for count in (WINDOW, tokens):
            start = time.perf_counter()
            subprocess.run([cli, "evaluate", "--project", project, "--run", run, "--text", text,
                            "--window", str(WINDOW), "--max-tokens", str(count), "--json"],
                           check=True, capture_output=True)
            spent[count] = time.perf_counter() - start
        taken = spent[tokens] - spent[WINDOW]
        print(f"schmidt-cli, {state}: {tokens - WINDOW} tokens in {taken:.1f} s (start-up taken off)")
        seconds[state] = taken / (tokens - WINDOW)
    return seconds


def main() -> None:
    cli, project, run, folder, text = sys.argv[1:6]
    tokens = int(sys.argv[6]) if len(sys.argv) > 6 else 16384
    with open(text, encoding="utf-8") as file:
        content = file.read()
    ours = schmidt_seconds(cli, project, run, text, tokens)
    theirs = transformers_seconds(folder, content, tokens)
    print(json.dumps({"window": WINDOW, "precision": "bf16", "threads": torch.get_num_threads(),
                      "transformers_tokens_per_second": 1 / theirs}
                     | {f"schmidt_tokens_per_second_{state}": 1 / own for state, own in ours.items()}
                     | {f"ratio_{state}": theirs / own for state, own in ours.items()}))


if __name__ == "__main__":
    main()

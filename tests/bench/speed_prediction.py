#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Predicted against measured tokens/s and memory of random recipes on an analyzed project.

First the baseline and `--known` recipes are compressed and timed: they are what the prediction may
learn this machine from. Then `--count` further recipes, with other widths, KV groups and bits per
layer, are predicted, each before it is compressed, and timed in turns with the baseline. Prints
one line per recipe and the median of the relative errors.
"""
import argparse
import json
import random
import statistics

from prediction import call, metric, random_recipe

MEASURED = [("decode_tokens_per_second", "tok/s"), ("first_token_seconds", "s"),
            ("peak_memory_bytes", "MB")]


def told(options, command, *words):
    """What a command says about the project."""
    return call([options.cli, command, "--project", options.project, *words, "--json"])


def written(options, recipe, name):
    """The file of a recipe."""
    path = f"{options.out}.{name.replace(' ', '-')}.json"
    with open(path, "w") as file:
        json.dump(recipe, file)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cli")
    parser.add_argument("project", help="analyzed project without timed runs")
    parser.add_argument("--layers", type=int, default=30)
    parser.add_argument("--mlp-width", type=int, default=1536)
    parser.add_argument("--kv-groups", type=int, default=3)
    parser.add_argument("--known", type=int, default=3)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=2048, help="calibration tokens of a run")
    parser.add_argument("--workload", default="faq", help="the one that was analyzed")
    parser.add_argument("--out", default="speed_prediction")
    options = parser.parse_args()
    options.kind = "mixed"

    generator = random.Random(options.seed)
    shape = {"mlp_width": options.mlp_width, "kv_groups": options.kv_groups}
    base = {"schema": 1, "calibration_tokens": options.tokens, "workload": options.workload}
    known, rows = [], []
    for index in range(options.known):
        name = f"known {index}"
        path = written(options, random_recipe(base, shape, generator, options), name)
        told(options, "compress", "--recipe", path, "--name", name)
        known.append(name)
    told(options, "bench", "--run", *known)
    print(f"{options.known} known recipes, {options.count} predicted ones, seed {options.seed}",
          flush=True)
    for index in range(options.count):
        name = f"held back {index}"
        path = written(options, random_recipe(base, shape, generator, options), name)
        rows.append((name, told(options, "predict", "--recipe", path)))
        told(options, "compress", "--recipe", path, "--name", name)
    answer = told(options, "bench", "--run", *[name for name, _ in rows])
    errors = {name: [] for name, _ in MEASURED}
    for run, predicted in rows:
        own = {"metrics": answer["metrics"][run]}
        words = []
        for name, unit in MEASURED:
            expected, found = metric(predicted, name)["value"], metric(own, name)["value"]
            errors[name].append(expected / found - 1)
            scale = 1e-6 if unit == "MB" else 1
            words.append(f"{expected * scale:8.4g} : {found * scale:8.4g} {unit} "
                         f"({errors[name][-1]:+.1%})")
        print(run, " ".join(words), flush=True)
    for name, values in errors.items():
        print(f"{name}: median error {statistics.median(abs(v) for v in values):.1%}, "
              f"largest {max(abs(v) for v in values):.1%}")


if __name__ == "__main__":
    main()

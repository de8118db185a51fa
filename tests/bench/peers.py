#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training-free pruning: published methods and runs of this program on one model, one text, one protocol.

The peers are written here from their papers, at the MLP width or the number of blocks that brings them to the same
parameters, and are marked so in the table; runs of this program are exported as Hugging Face folders and loaded like any model.
All are evaluated together, window by window, against the original's logits.

- magnitude: units with the smallest norms of their three weight vectors go
- Wanda-sp: |W| times the norm of the input, summed over a column of down (Sun et al. 2023, arXiv 2306.11695, structured as in
  An et al. 2023)
- FLAP: fluctuation of a unit's activity times its column, with the mean put into a bias (An et al. 2023, arXiv 2312.11983),
  at equal width in every layer
- OBS + refit: greedy optimal brain surgeon on columns with least squares on dense statistics (SlimGPT, arXiv 2412.18110)
- ShortGPT: blocks whose output is most like their input go (Men et al. 2024, arXiv 2403.03853)
- SVD-LLM: whitened SVD of every linear (Wang et al. 2024, arXiv 2403.07378)
"""
import argparse
import copy
import math
import subprocess
import sys
import tempfile
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

LINEARS = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj",
           "mlp.down_proj"]


def windows(tokenizer, path, length, count):
    with open(path, encoding="utf-8") as file:
        ids = tokenizer(file.read(), add_special_tokens=False)["input_ids"]
    count = min(count, len(ids) // length)
    return torch.tensor(ids[: count * length]).view(count, length)


class Statistics:
    """Second moment and mean of the inputs of every linear, and how much every block turns its input."""

    def __init__(self, model, text):
        self.moment, self.mean, self.influence = {}, {}, [0.0] * len(model.model.layers)
        hooks = []
        for index, layer in enumerate(model.model.layers):
            for name in LINEARS:
                hooks.append(layer.get_submodule(name).register_forward_pre_hook(self.reader((index, name))))
            hooks.append(layer.register_forward_hook(self.turn(index)))
        with torch.no_grad():
            for window in text:
                model.model(window.unsqueeze(0))
        for hook in hooks:
            hook.remove()
        for key in self.moment:
            self.moment[key] /= text.numel()
            self.mean[key] /= text.numel()

    def reader(self, key):
        def read(_module, inputs):
            x = inputs[0].flatten(0, -2).float()
            self.moment[key] = self.moment.get(key, 0) + (x.T @ x).double()
            self.mean[key] = self.mean.get(key, 0) + x.sum(0).double()
        return read

    def turn(self, index):
        def read(_module, inputs, output):
            after = output[0] if isinstance(output, tuple) else output
            before = inputs[0]
            self.influence[index] += (1 - torch.cosine_similarity(before.float(), after.float(), -1)).sum().item()
        return read


def damped(moment, share=1e-2):
    return moment + share * moment.diagonal().mean() * torch.eye(len(moment), dtype=moment.dtype)


def keep_units(layer, kept, down=None, bias=None):
    """Leaves only the given MLP units of a block; `down` replaces the columns that are left."""
    mlp = layer.mlp
    for projection in (mlp.gate_proj, mlp.up_proj):
        projection.weight = torch.nn.Parameter(projection.weight[kept].clone(), requires_grad=False)
        projection.out_features = len(kept)
    weight = mlp.down_proj.weight[:, kept] if down is None else down.to(mlp.down_proj.weight.dtype)
    mlp.down_proj.weight = torch.nn.Parameter(weight.clone(), requires_grad=False)
    mlp.down_proj.in_features = len(kept)
    if bias is not None:
        mlp.down_proj.bias = torch.nn.Parameter(bias.to(weight.dtype), requires_grad=False)


def pruned(model, score_of, width):
    model = copy.deepcopy(model)
    for index, layer in enumerate(model.model.layers):
        score, bias = score_of(index, layer)
        kept = score.argsort(descending=True)[:width].sort().values
        if bias is not None:
            gone = torch.ones(len(score), dtype=torch.bool)
            gone[kept] = False
            bias = layer.mlp.down_proj.weight.double()[:, gone] @ bias[gone]
        keep_units(layer, kept, bias=bias)
    return model


def magnitude(model, _statistics, width):
    def score(_index, layer):
        mlp = layer.mlp
        return (mlp.gate_proj.weight.norm(dim=1) * mlp.up_proj.weight.norm(dim=1) * mlp.down_proj.weight.norm(dim=0)).double(), None
    return pruned(model, score, width)


def wanda(model, statistics, width):
    def score(index, layer):
        energy = statistics.moment[index, "mlp.down_proj"].diagonal().sqrt()
        return layer.mlp.down_proj.weight.double().abs().sum(0) * energy, None
    return pruned(model, score, width)


def flap(model, statistics, width):
    def score(index, layer):
        mean = statistics.mean[index, "mlp.down_proj"]
        variance = statistics.moment[index, "mlp.down_proj"].diagonal() - mean.square()
        return variance * layer.mlp.down_proj.weight.double().square().sum(0), mean
    return pruned(model, score, width)


def surgeon(model, statistics, width, block=16):
    model = copy.deepcopy(model)
    for index, layer in enumerate(model.model.layers):
        moment = damped(statistics.moment[index, "mlp.down_proj"])
        inverse, weight = torch.linalg.inv(moment), layer.mlp.down_proj.weight.double().clone()
        alive = torch.ones(len(moment), dtype=torch.bool)
        while alive.sum() > width:
            score = weight.square().sum(0) / inverse.diagonal()
            score[~alive] = math.inf
            gone = score.argsort()[: min(block, int(alive.sum()) - width)]
            solved = torch.linalg.solve(inverse[gone][:, gone], inverse[gone])
            weight -= weight[:, gone] @ solved
            inverse -= inverse[:, gone] @ solved
            alive[gone] = False
            inverse[~alive, ~alive] = 1
        kept = alive.nonzero()[:, 0]
        keep_units(layer, kept, weight[:, kept])
    return model


def short(model, statistics, parameters):
    model = copy.deepcopy(model)
    size = sum(p.numel() for p in model.model.layers[0].parameters())
    excess = sum(p.numel() for p in set(model.parameters())) - parameters
    count = round(excess / size)
    gone = sorted(range(len(statistics.influence)), key=statistics.influence.__getitem__)[:count]
    model.model.layers = torch.nn.ModuleList(l for i, l in enumerate(model.model.layers) if i not in gone)
    return model


def low_rank(model, statistics, parameters):
    model = copy.deepcopy(model)
    blocks = sum(p.numel() for p in model.model.layers.parameters())
    share = 1 - (sum(p.numel() for p in set(model.parameters())) - parameters) / blocks
    for index, layer in enumerate(model.model.layers):
        for name in LINEARS:
            linear = layer.get_submodule(name)
            rows, columns = linear.weight.shape
            rank = max(1, int(share * rows * columns / (rows + columns)))
            root = torch.linalg.cholesky(damped(statistics.moment[index, name], 1e-6))
            u, sigma, v = torch.linalg.svd(linear.weight.double() @ root, full_matrices=False)
            right = torch.linalg.solve_triangular(root, v[:rank], upper=False, left=False)
            linear.weight.data = ((u[:, :rank] * sigma[:rank]) @ right).to(linear.weight.dtype)
            linear.stored = rank * (rows + columns)
    return model


def parameters_of(model):
    total = sum(p.numel() for p in set(model.parameters()))
    for module in model.modules():
        if hasattr(module, "stored"):
            total += module.stored - module.weight.numel()
    return total


def evaluate(models, text):
    """Mean KL to the first model, its standard error over windows, perplexity and top-1 agreement of each."""
    per_window = {name: [] for name in models}
    with torch.no_grad():
        for window in text:
            reference = None
            for name, model in models.items():
                logits = model(window.unsqueeze(0)).logits[0, :-1].float().log_softmax(-1)
                if reference is None:
                    reference = logits
                kl = (reference.exp() * (reference - logits)).sum(-1).mean().item()
                nll = -logits.gather(1, window[1:, None]).mean().item()
                same = (logits.argmax(-1) == reference.argmax(-1)).float().mean().item()
                per_window[name].append((kl, nll, same))
    out = {}
    for name, rows in per_window.items():
        kl, nll, same = (torch.tensor([row[i] for row in rows]) for i in range(3))
        error = kl.std().item() / math.sqrt(len(rows)) if len(rows) > 1 else math.nan
        out[name] = (math.exp(nll.mean()), kl.mean().item(), error, 100 * same.mean().item())
    return out


def exported(cli, project, run, folder):
    path = f"{folder}/{run}"
    subprocess.run([cli, "export", "--project", project, "--run", run, "--format", "hf", "--out", path, "--json"], check=True,
                   stdout=subprocess.DEVNULL)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("project")
    parser.add_argument("--runs", nargs="*", default=[], help="runs of the project to compare")
    parser.add_argument("--calibration", nargs="+", required=True)
    parser.add_argument("--evaluation", nargs="+", required=True)
    parser.add_argument("--width", type=int, default=1152, help="MLP units the peers keep in every layer")
    parser.add_argument("--windows", type=int, default=8, help="evaluation windows of 2,048 tokens per text")
    parser.add_argument("--calibration-windows", type=int, default=24, help="of 1,024 tokens per text")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        base = exported(options.cli, options.project, "baseline", folder)
        tokenizer = AutoTokenizer.from_pretrained(base)
        load = lambda path: AutoModelForCausalLM.from_pretrained(path, dtype=torch.bfloat16).eval()
        dense = load(base)
        ours = {f"r: {run}": load(exported(options.cli, options.project, run, folder)) for run in options.runs}
    text = torch.cat([windows(tokenizer, path, 1024, options.calibration_windows) for path in options.calibration])
    statistics = Statistics(dense, text)
    models = {"original": dense}
    for name, make in (("magnitude", magnitude), ("Wanda-sp", wanda), ("FLAP", flap), ("OBS + refit, dense", surgeon)):
        start = time.time()
        models[f"{name} *"] = make(dense, statistics, options.width)
        print(f"{name}: {time.time() - start:.0f} s", file=sys.stderr)
    target = parameters_of(models["Wanda-sp *"])
    models["ShortGPT *"] = short(dense, statistics, target)
    models["SVD-LLM *"] = low_rank(dense, statistics, target)
    models.update(ours)

    print(f"{text.numel()} calibration tokens in windows of 1,024; evaluation in windows of 2,048, no overlap, no BOS, bf16; "
          "* written from the paper; zeros of padded exports count as parameters")
    print(f"{'method':32} {'parameters':>11}  text: perplexity, KL ± standard error (nat), same top-1 (%)")
    scores = {path: evaluate(models, windows(tokenizer, path, 2048, options.windows)) for path in options.evaluation}
    for name, model in models.items():
        cells = "   ".join("{:9.2f} {:7.4f} ± {:6.4f} {:5.1f}".format(*scores[path][name]) for path in options.evaluation)
        print(f"{name:32} {parameters_of(model) / 1e6:9.1f} M  {cells}")


if __name__ == "__main__":
    main()

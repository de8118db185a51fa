// SPDX-License-Identifier: Apache-2.0
// What Node programs read in GGUF files: @huggingface/gguf the header, node-llama-cpp (with a newer
// llama.cpp of its own) the next-token probabilities of a text.
// usage: compute_node.mjs MODULES TOKENS FILE...
// Writes FILE.json {architecture, parameters, tensors: {name: [type, shape...]}} and
// FILE.probabilities.f32, [tokens, vocabulary].
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, tokenText, ...files] = process.argv.slice(2);
const load = (entry) => import(pathToFileURL(`${modules}/${entry}`).href);
const { gguf, GGMLQuantizationType } = await load("@huggingface/gguf/dist/index.mjs");
const { getLlama, LlamaLogLevel } = await load("node-llama-cpp/dist/index.js");
const tokens = JSON.parse(tokenText);

async function readHeader(file) {
    const { metadata, tensorInfos, parameterCount } = await gguf(file, {
        allowLocalFile: true,
        computeParametersCount: true,
    });
    const tensors = Object.fromEntries(
        tensorInfos.map(({ name, dtype, shape }) => [
            name,
            [GGMLQuantizationType[dtype], ...shape.map(Number).reverse()],
        ]),
    );
    const facts = { architecture: metadata["general.architecture"], parameters: parameterCount, tensors };
    writeFileSync(`${file}.json`, JSON.stringify(facts));
}

async function readProbabilities(llama, file) {
    const model = await llama.loadModel({ modelPath: file });
    const context = await model.createContext({ contextSize: 256 });
    const wanted = tokens.map((token) => [token, { generateNext: { probabilities: true } }]);
    const answers = await context.getSequence().controlledEvaluate(wanted);
    const rows = answers.map(({ next }) => {
        const row = new Float32Array(next.probabilities.size);
        for (const [token, probability] of next.probabilities) row[token] = probability;
        return Buffer.from(row.buffer);
    });
    writeFileSync(`${file}.probabilities.f32`, Buffer.concat(rows));
    await model.dispose();
}

// Of its prebuilt parts only: nothing is downloaded or compiled here.
const llama = await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    logLevel: LlamaLogLevel.error,
    progressLogs: false,
});
for (const file of files) {
    await readHeader(file);
    await readProbabilities(llama, file);
}
await llama.dispose();

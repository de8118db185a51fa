// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "pipeline/job_steps.h"
#include "pipeline/pipeline.h"

#include <map>

namespace schmidt {

namespace {

    Json layerShapes(const Architecture& architecture)
    {
        Json layers = Json::array();
        for (const LayerShape& layer : architecture.layers)
            layers.push_back({ { "heads", layer.heads },
                               { "kv_heads", layer.kvHeads },
                               { "intermediate_size", layer.intermediateSize } });
        return layers;
    }

    Json tensorList(const ModelSource& source)
    {
        Json tensors = Json::array();
        for (const TensorInfo& tensor : source.tensors())
            tensors.push_back({ { "name", tensor.name },
                                { "role", tensor.role ? Json(roleName(*tensor.role)) : Json() },
                                { "layer", tensor.layer },
                                { "shape", tensor.shape },
                                { "type", tensor.typeName() },
                                { "bytes", tensor.bytes } });
        return tensors;
    }

} // namespace

Result<Json> runInspect(const JobContext& job)
{
    job.events.started("Inspect",
                       { { "inspect", "Read headers", 1 }, { "hash", "Hash the files", 4 } });
    job.events.stage("inspect");
    SCHMIDT_TRY(const auto source, ModelSource::open(job.text("model")));
    const Architecture& architecture = source->architecture();
    std::map<std::string, std::int64_t> bytesByType;
    for (const TensorInfo& tensor : source->tensors())
        bytesByType[tensor.typeName()] += tensor.bytes;
    Json summary { { "name", architecture.name },
                   { "family", familyName(architecture.family) },
                   { "model_type", architecture.modelType },
                   { "hidden_size", architecture.hiddenSize },
                   { "head_dim", architecture.headDim },
                   { "vocabulary_size", architecture.vocabularySize },
                   { "context_length", architecture.contextLength },
                   { "layer_count", architecture.layerCount() },
                   { "layers", layerShapes(architecture) },
                   { "tied_embeddings", architecture.tiedEmbeddings },
                   { "parameters", architecture.totalParameters() },
                   { "block_parameters", architecture.blockParameters() },
                   { "file_bytes", source->fileBytes() },
                   { "bytes_by_type", bytesByType },
                   { "tensors", tensorList(*source) },
                   { "tokenizer",
                     source->tokenizer().present() ? Json(source->tokenizer().preTokenizer)
                                                   : Json() },
                   { "warnings", source->warnings() } };
    job.events.partial("structure", summary);
    job.events.stage("hash");
    SCHMIDT_TRY(summary["content_hash"], source->contentHash(job.cancel));
    return summary;
}

} // namespace schmidt

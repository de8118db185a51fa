// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "exporters/export_plan.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace schmidt {

/// A protocol buffer message in its wire form, written field by field
/// (protobuf.dev/programming-guides/encoding).
class ProtoMessage {
public:
    void integer(int field, std::int64_t value); ///< varint
    void real(int field, float value); ///< 32 bits
    void text(int field, std::string_view value); ///< length-delimited: string or bytes
    void message(int field, const ProtoMessage& value) { text(field, value.m_bytes); }
    const std::string& bytes() const { return m_bytes; }

private:
    void varint(std::uint64_t value);
    std::string m_bytes;
};

/// Element types by their number in ONNX's TensorProto.
enum class OnnxType { Float = 1, UInt8 = 2, Int32 = 6, Int64 = 7, Half = 10 };

/// A fixed extent, or the name of one that is known at run time.
using OnnxDimension = std::variant<std::int64_t, std::string>;
using OnnxAttribute = std::pair<std::string, std::variant<std::int64_t, float>>;

/// One operation; "" as an input stands for an optional input left out.
struct OnnxNode {
    std::string name; ///< also the name of its output when `outputs` is empty
    std::string type;
    std::vector<std::string> inputs;
    std::vector<OnnxAttribute> attributes = {};
    std::string domain = {}; ///< "" = ONNX itself
    std::vector<std::string> outputs = {};
};

/// A tensor of the data file.
struct OnnxWeight {
    std::string name;
    OnnxType type = OnnxType::Float;
    std::vector<std::int64_t> shape;
    std::function<Result<void>(const ByteSink&)> write; ///< all bytes, row by row
};

/// An ONNX model under construction: nodes in the order in which they are computed, small
/// constants inside the model file, weights in a data file beside it.
class OnnxGraph {
public:
    void input(const std::string& name, OnnxType type, const std::vector<OnnxDimension>& shape);
    void output(const std::string& name, OnnxType type, const std::vector<OnnxDimension>& shape);

    /// Adds an operation; returns the name of its first output.
    std::string node(const OnnxNode& node);

    /// Constants inside the model file; return `name`. An empty shape is a scalar.
    std::string integers(const std::string& name, const std::vector<std::int64_t>& shape,
                         const std::vector<std::int64_t>& values);
    std::string reals(const std::string& name, const std::vector<float>& values);

    /// A tensor of the data file; returns its name.
    std::string weight(OnnxWeight weight);
    /// The bytes of the weight `of` under another name and shape, not stored twice.
    std::string view(const std::string& name, const std::vector<std::int64_t>& shape,
                     const std::string& of);

    /// Writes model.onnx and model.onnx.data into a folder. Errors: Resources, Cancelled, those of
    /// the weights.
    Result<void> write(const std::filesystem::path& folder, const WorkContext& context) const;

private:
    /// A weight, or a view of the weight at index `source`.
    struct Stored {
        OnnxWeight weight;
        std::size_t source = 0;
    };
    void constant(const std::string& name, OnnxType type, const std::vector<std::int64_t>& shape,
                  std::string_view bytes);
    Result<void> writeData(const std::filesystem::path& file, const WorkContext& context) const;

    std::string m_nodes, m_constants, m_inputs, m_outputs; ///< fields of GraphProto
    std::vector<Stored> m_weights;
};

} // namespace schmidt

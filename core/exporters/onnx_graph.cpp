// SPDX-License-Identifier: Apache-2.0
#include "exporters/onnx_graph.h"

#include "base/file.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <numeric>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// Field numbers of onnx.proto.
    namespace field {
        constexpr int modelIrVersion = 1, modelProducer = 2, modelGraph = 7, modelOpset = 8;
        constexpr int opsetDomain = 1, opsetVersion = 2;
        constexpr int graphNode = 1, graphName = 2, graphInitializer = 5, graphInput = 11,
                      graphOutput = 12;
        constexpr int nodeInput = 1, nodeOutput = 2, nodeName = 3, nodeType = 4, nodeAttribute = 5,
                      nodeDomain = 7;
        constexpr int attributeName = 1, attributeFloat = 2, attributeInt = 3, attributeType = 20;
        constexpr int tensorDims = 1, tensorType = 2, tensorName = 8, tensorRaw = 9,
                      tensorExternal = 13, tensorLocation = 14;
        constexpr int entryKey = 1, entryValue = 2;
        constexpr int valueName = 1, valueType = 2, typeTensor = 1, typeElement = 1, typeShape = 2,
                      shapeDimension = 1, dimensionValue = 1, dimensionName = 2;
    } // namespace field

    constexpr std::int64_t irVersion = 8, opset = 17;
    constexpr const char* dataFile = "model.onnx.data";
    /// Offsets that a reader can map into memory.
    constexpr std::uint64_t dataAlignment = 4096;

    std::int64_t elementBytes(OnnxType type)
    {
        switch (type) {
        case OnnxType::UInt8:
            return 1;
        case OnnxType::Half:
            return 2;
        case OnnxType::Float:
        case OnnxType::Int32:
            return 4;
        case OnnxType::Int64:
            return 8;
        }
        return 0;
    }

    std::uint64_t weightBytes(const OnnxWeight& weight)
    {
        return static_cast<std::uint64_t>(std::accumulate(weight.shape.begin(), weight.shape.end(),
                                                          elementBytes(weight.type),
                                                          std::multiplies<> {}));
    }

    std::uint64_t aligned(std::uint64_t offset)
    {
        return (offset + dataAlignment - 1) / dataAlignment * dataAlignment;
    }

    /// A ProtoMessage wrapped as field `number`.
    std::string wrapped(int number, const ProtoMessage& message)
    {
        ProtoMessage outer;
        outer.message(number, message);
        return outer.bytes();
    }

    ProtoMessage tensorHeader(const std::string& name, OnnxType type,
                              const std::vector<std::int64_t>& shape)
    {
        ProtoMessage tensor;
        for (const std::int64_t extent : shape)
            tensor.integer(field::tensorDims, extent);
        tensor.integer(field::tensorType, static_cast<int>(type));
        tensor.text(field::tensorName, name);
        return tensor;
    }

    ProtoMessage valueInfo(const std::string& name, OnnxType type,
                           const std::vector<OnnxDimension>& dimensions)
    {
        ProtoMessage shape;
        for (const OnnxDimension& extent : dimensions) {
            ProtoMessage dimension;
            if (const auto* number = std::get_if<std::int64_t>(&extent))
                dimension.integer(field::dimensionValue, *number);
            else
                dimension.text(field::dimensionName, std::get<std::string>(extent));
            shape.message(field::shapeDimension, dimension);
        }
        ProtoMessage tensor, holder, value;
        tensor.integer(field::typeElement, static_cast<int>(type));
        tensor.message(field::typeShape, shape);
        holder.message(field::typeTensor, tensor);
        value.text(field::valueName, name);
        value.message(field::valueType, holder);
        return value;
    }

    ProtoMessage opsetImport(const char* domain, std::int64_t version)
    {
        ProtoMessage import;
        import.text(field::opsetDomain, domain);
        import.integer(field::opsetVersion, version);
        return import;
    }

} // namespace

void ProtoMessage::varint(std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        m_bytes.push_back(static_cast<char>(value | 0x80));
    m_bytes.push_back(static_cast<char>(value));
}

void ProtoMessage::integer(int field, std::int64_t value)
{
    varint(static_cast<std::uint64_t>(field) << 3);
    varint(static_cast<std::uint64_t>(value));
}

void ProtoMessage::real(int field, float value)
{
    varint(static_cast<std::uint64_t>(field) << 3 | 5);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    m_bytes.append(bytes, sizeof value);
}

void ProtoMessage::text(int field, std::string_view value)
{
    varint(static_cast<std::uint64_t>(field) << 3 | 2);
    varint(value.size());
    m_bytes.append(value);
}

void OnnxGraph::input(const std::string& name, OnnxType type,
                      const std::vector<OnnxDimension>& shape)
{
    m_inputs += wrapped(field::graphInput, valueInfo(name, type, shape));
}

void OnnxGraph::output(const std::string& name, OnnxType type,
                       const std::vector<OnnxDimension>& shape)
{
    m_outputs += wrapped(field::graphOutput, valueInfo(name, type, shape));
}

std::string OnnxGraph::node(const OnnxNode& node)
{
    constexpr int floatKind = 1, intKind = 2;
    ProtoMessage message;
    for (const std::string& name : node.inputs)
        message.text(field::nodeInput, name);
    const std::vector<std::string> outputs
        = node.outputs.empty() ? std::vector { node.name } : node.outputs;
    for (const std::string& name : outputs)
        message.text(field::nodeOutput, name);
    message.text(field::nodeName, node.name);
    message.text(field::nodeType, node.type);
    for (const auto& [name, value] : node.attributes) {
        ProtoMessage attribute;
        attribute.text(field::attributeName, name);
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            attribute.integer(field::attributeInt, *number);
            attribute.integer(field::attributeType, intKind);
        } else {
            attribute.real(field::attributeFloat, std::get<float>(value));
            attribute.integer(field::attributeType, floatKind);
        }
        message.message(field::nodeAttribute, attribute);
    }
    if (!node.domain.empty())
        message.text(field::nodeDomain, node.domain);
    m_nodes += wrapped(field::graphNode, message);
    return outputs.front();
}

void OnnxGraph::constant(const std::string& name, OnnxType type,
                         const std::vector<std::int64_t>& shape, std::string_view bytes)
{
    ProtoMessage tensor = tensorHeader(name, type, shape);
    tensor.text(field::tensorRaw, bytes);
    m_constants += wrapped(field::graphInitializer, tensor);
}

std::string OnnxGraph::integers(const std::string& name, const std::vector<std::int64_t>& shape,
                                const std::vector<std::int64_t>& values)
{
    constant(name, OnnxType::Int64, shape,
             { reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0] });
    return name;
}

std::string OnnxGraph::reals(const std::string& name, const std::vector<float>& values)
{
    constant(name, OnnxType::Float, { static_cast<std::int64_t>(values.size()) },
             { reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0] });
    return name;
}

std::string OnnxGraph::weight(OnnxWeight weight)
{
    const std::string name = weight.name;
    m_weights.push_back({ std::move(weight), m_weights.size() });
    return name;
}

std::string OnnxGraph::view(const std::string& name, const std::vector<std::int64_t>& shape,
                            const std::string& of)
{
    const auto source = std::find_if(m_weights.begin(), m_weights.end(), [&](const Stored& stored) {
        return stored.weight.name == of;
    });
    const OnnxType type = source->weight.type;
    const auto index = static_cast<std::size_t>(source - m_weights.begin());
    m_weights.push_back({ { name, type, shape, {} }, index });
    return name;
}

Result<void> OnnxGraph::writeData(const fs::path& file, const WorkContext& context) const
{
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    std::uint64_t offset = 0;
    const auto total = static_cast<std::int64_t>(m_weights.size());
    for (std::size_t index = 0; index < m_weights.size(); ++index) {
        const auto& [weight, source] = m_weights[index];
        if (source != index)
            continue;
        if (context.cancel.cancelled())
            return cancelledError();
        context.report(static_cast<std::int64_t>(index), total, "tensor", weight.name);
        stream << std::string(aligned(offset) - offset, '\0');
        offset = aligned(offset);
        const std::uint64_t end = offset + weightBytes(weight);
        SCHMIDT_CHECK(weight.write([&](std::span<const std::byte> piece) -> Result<void> {
            stream.write(reinterpret_cast<const char*>(piece.data()),
                         static_cast<std::streamsize>(piece.size()));
            offset += piece.size();
            if (!stream)
                return outOfResources("Cannot write " + file.string() + "; the disk may be full.");
            return {};
        }));
        if (offset != end)
            return internalError("Tensor " + weight.name + " was produced with a wrong size.");
    }
    stream.close();
    if (!stream)
        return outOfResources("Cannot write " + file.string() + "; the disk may be full.");
    context.report(total, total, "tensor");
    return {};
}

Result<void> OnnxGraph::write(const fs::path& folder, const WorkContext& context) const
{
    std::vector<std::uint64_t> offsets;
    std::uint64_t end = 0;
    std::string weights;
    for (std::size_t index = 0; index < m_weights.size(); ++index) {
        const auto& [weight, source] = m_weights[index];
        const std::uint64_t bytes = weightBytes(weight);
        offsets.push_back(source == index ? aligned(end) : offsets[source]);
        if (source == index)
            end = offsets.back() + bytes;
        ProtoMessage tensor = tensorHeader(weight.name, weight.type, weight.shape);
        const std::pair<const char*, std::string> entries[] {
            { "location", dataFile },
            { "offset", std::to_string(offsets.back()) },
            { "length", std::to_string(bytes) },
        };
        for (const auto& [key, value] : entries) {
            ProtoMessage entry;
            entry.text(field::entryKey, key);
            entry.text(field::entryValue, value);
            tensor.message(field::tensorExternal, entry);
        }
        constexpr int external = 1;
        tensor.integer(field::tensorLocation, external);
        weights += wrapped(field::graphInitializer, tensor);
    }
    ProtoMessage name;
    name.text(field::graphName, "decoder");
    ProtoMessage model;
    model.integer(field::modelIrVersion, irVersion);
    model.text(field::modelProducer, "schmidt");
    model.text(field::modelGraph,
               m_nodes + name.bytes() + m_constants + weights + m_inputs + m_outputs);
    model.message(field::modelOpset, opsetImport("", opset));
    model.message(field::modelOpset, opsetImport("com.microsoft", 1));
    SCHMIDT_CHECK(writeFileAtomically(folder / "model.onnx", model.bytes()));
    return writeFileAtomically(folder / dataFile, [&](const fs::path& temporary) {
        return writeData(temporary, context);
    });
}

} // namespace schmidt

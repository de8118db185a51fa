// SPDX-License-Identifier: Apache-2.0
#include "engine/bond_table.h"

#include "engine/moments.h"
#include "engine/mpo.h"
#include "engine/token_stream.h"
#include "engine/torch_model.h"

#include <c10/core/InferenceMode.h>

namespace schmidt {

namespace {

    /// What a role of a block reads, from the residual before the block.
    at::Tensor inputOf(Role role, const LayerWeights& weights, const BlockContext& block,
                       const at::Tensor& before, std::int64_t length)
    {
        const at::Tensor x = rmsNormed(before, weights.attentionNorm, block.epsilon, block.type);
        if (role == Role::Query || role == Role::Key || role == Role::Value)
            return x;
        const at::Tensor heads = headOutputs(weights, block, x, length);
        if (role == Role::Output)
            return heads;
        at::Tensor residual = before.clone();
        addInto(residual, projected(heads, weights.output, weights.outputBias));
        const at::Tensor y = rmsNormed(residual, weights.mlpNorm, block.epsilon, block.type);
        return role == Role::Down ? mlpActivation(weights, y) : y;
    }

    Result<at::Tensor> inputMoment(const ModelSource& source, Role role, int layer,
                                   const TokenWindows& text, Precision precision,
                                   const WorkContext& context)
    {
        const Architecture& architecture = source.architecture();
        for (const std::int32_t token : text.tokens)
            if (token < 0 || token >= architecture.vocabularySize)
                return usageError("A token of the text is outside the model's vocabulary.");
        const at::ScalarType type
            = resolvePrecision(precision) == Precision::BFloat16 ? at::kBFloat16 : at::kFloat;
        SCHMIDT_TRY(const at::Tensor embedding, loadTensor(source, Role::Embedding));
        TokenStream stream(text, embedding.to(type));
        const BlockContext block = blockContext(architecture, type, text.length);
        MomentSum moment;
        for (int index = 0; index <= layer; ++index) {
            context.report(index, layer + 1, "layer");
            SCHMIDT_TRY(const LayerWeights weights, loadLayer(source, index, type));
            for (std::int64_t chunk = 0; chunk < stream.chunks(); ++chunk) {
                if (context.cancel.cancelled())
                    return cancelledError();
                at::Tensor residual = stream.chunk(chunk);
                if (index < layer)
                    forwardBlock(weights, block, residual, stream.length());
                else
                    moment.add(inputOf(role, weights, block, residual, stream.length()),
                               stream.weight(chunk));
            }
        }
        return moment.mean();
    }

    /// Powers of two as long as the tensor train stores less than the matrix.
    std::vector<std::int64_t> tableBonds(const std::vector<SiteShape>& sites, std::int64_t dense)
    {
        std::vector<std::int64_t> bonds;
        for (std::int64_t bond = 1; bond <= dense; bond *= 2) {
            const std::int64_t parameters = truncatedParameters(sites, bond);
            const bool saturated
                = !bonds.empty() && parameters == truncatedParameters(sites, bonds.back());
            if (parameters > dense || saturated)
                break;
            bonds.push_back(bond);
        }
        return bonds;
    }

    /// One matrix, its metric, and what both metrics say about low rank.
    struct Subject {
        at::Tensor weight, moment; ///< moment is undefined in the plain metric
        at::Tensor heldOut; ///< moment of other text; may be undefined
        LowRankFactors lowRank; ///< of full rank, strongest direction first; only with `heldOut`
        std::vector<SiteShape> sites;
        KroneckerMetric metric;
        at::Tensor white, whiteMoment; ///< what is decomposed, and the moment in its frame
        std::vector<float> singular; ///< in the moment itself
    };

    BondRow rowOf(const Subject& subject, const BondTable& table, std::int64_t bond,
                  const BondTableOptions& options)
    {
        BondRow row;
        row.bond = bond;
        Mpo mpo = ttSvd(subject.white, subject.sites, bond);
        row.bonds = mpo.bonds();
        row.parameters = mpo.parameters();
        const TruncationBounds bounds = truncationBounds(table.spectra, bond);
        row.lowerBound = bounds.lower;
        row.upperBound = bounds.upper;
        row.ttSvd = row.variational = relativeLoss(subject.white, denseOf(mpo), {});
        if (subject.sites.size() > 2 && options.sweeps > 0)
            row.variational = variationalSweeps(mpo, subject.white, options.sweeps);
        row.activation = row.activationSwept = row.variational;
        if (table.activationMetric) {
            row.activation = relativeLoss(subject.white, denseOf(mpo), subject.whiteMoment);
            row.activationSwept = momentSweeps(mpo, subject.white, subject.whiteMoment,
                                               options.momentSweeps, options.momentSteps);
        }
        const EqualSizeRank rank
            = rankAtEqualSize(subject.singular, table.rows, table.columns, row.parameters);
        if (subject.heldOut.defined()) {
            row.heldOut = relativeLoss(subject.weight, denseOf(unwhitened(mpo, subject.metric)),
                                       subject.heldOut);
            row.rankHeldOut = relativeLoss(subject.weight,
                                           at::mm(subject.lowRank.left.narrow(1, 0, rank.rank),
                                                  subject.lowRank.right.narrow(0, 0, rank.rank)),
                                           subject.heldOut);
        }
        row.rank = rank.rank;
        row.rankLoss = rank.loss;
        return row;
    }

    Result<BondTable> decompose(Subject subject, const BondTableOptions& options,
                                const WorkContext& context)
    {
        BondTable table;
        table.rows = subject.weight.size(0);
        table.columns = subject.weight.size(1);
        table.activationMetric = subject.moment.defined();
        subject.sites = balancedSites(table.rows, table.columns, options.sites);
        for (const SiteShape& site : subject.sites)
            table.sites.push_back({ site.out, site.in });
        subject.white = subject.weight.to(at::kDouble);
        if (table.activationMetric) {
            subject.metric = kroneckerMetric(subject.moment, subject.sites);
            table.metricDistance = subject.metric.distance;
            subject.white = whitened(subject.weight, subject.metric);
            subject.whiteMoment = whitenedMoment(subject.moment, subject.metric);
            if (subject.heldOut.defined())
                subject.lowRank
                    = lowRankFactors(subject.weight.to(at::kDouble), subject.moment.to(at::kDouble),
                                     std::min(table.rows, table.columns));
            subject.singular = weightedSingularValues(subject.weight, subject.moment);
        } else {
            subject.singular = singularValues(subject.weight);
        }
        table.spectra = bondSpectra(subject.white, subject.sites);
        const auto bonds = tableBonds(subject.sites, table.rows * table.columns);
        for (std::size_t index = 0; index < bonds.size(); ++index) {
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(static_cast<std::int64_t>(index),
                           static_cast<std::int64_t>(bonds.size()), "bond dimension");
            table.table.push_back(rowOf(subject, table, bonds[index], options));
        }
        return table;
    }

} // namespace

Result<BondTable> bondTable(const ModelSource& source, Role role, int layer,
                            const std::optional<TokenWindows>& text,
                            const std::optional<TokenWindows>& heldOut,
                            const BondTableOptions& options, const WorkContext& context)
{
    if (text)
        SCHMIDT_CHECK(checkPlainBlocks(source.architecture(), "Weighing the bonds of"));
    if (options.sites < 2 || options.sites > 8)
        return usageError("A matrix product operator has 2 to 8 sites.");
    const c10::InferenceMode guard;
    try {
        Subject subject;
        SCHMIDT_TRY(subject.weight, loadTensor(source, role, layer));
        if (text) {
            SCHMIDT_TRY(subject.moment,
                        inputMoment(source, role, layer, *text, options.precision, context));
        }
        if (text && heldOut) {
            SCHMIDT_TRY(subject.heldOut,
                        inputMoment(source, role, layer, *heldOut, options.precision, context));
        }
        SCHMIDT_TRY(BondTable table, decompose(std::move(subject), options, context));
        table.tokens = text ? text->size() : 0;
        table.heldOutTokens = text && heldOut ? heldOut->size() : 0;
        return table;
    } catch (const c10::Error& error) {
        return torchError(error, "The decomposition");
    } catch (const std::bad_alloc&) {
        return outOfResources("The decomposition needs more memory than is free.");
    }
}

} // namespace schmidt

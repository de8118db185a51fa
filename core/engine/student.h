// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the engine.

#include "engine/torch_model.h"
#include "model/variant_format.h"

#include <vector>

namespace schmidt {

/// A variant being trained: fp32 masters of everything in its blocks and of the final norm, the
/// moments of AdamW, and the weights a forward pass computes with. These are at any time what a
/// variant folder would hold: masters of dense matrices and of low-rank factors rounded to F16,
/// those of quantized matrices rounded onto the grid the compression chose, whose scales and zeros
/// stay (gradients pass through the rounding unchanged: straight-through estimation, Bengio et al.
/// 2013, arXiv 1308.3432). Embedding and head are not trained.
class Student {
public:
    /// `model` = the variant, ready to compute, in use by nobody else.
    Student(const Variant& variant, const TransformerModel& model);

    const TransformerModel::Weights& weights() const { return m_weights; }
    LayerWeights& gradients(std::size_t layer) { return m_gradients[layer]; }
    at::Tensor& finalNormGradient() { return m_finalNormGradient; }
    void clearGradients();

    /// One step of AdamW with the gradients clipped to a norm of 1. `step` counts from 1. Masters
    /// on a grid move in units of their scale, `gridRate` of it per step, since what counts for
    /// them is how long it takes to the next code.
    void update(double rate, double gridRate, std::int64_t step);

    /// Masters and both moments of every tensor, in a fixed order; writing to them and calling
    /// refresh() restores a state.
    std::vector<at::Tensor> state() const;
    /// The masters alone, copied.
    std::vector<at::Tensor> masters() const;
    void setMasters(const std::vector<at::Tensor>& masters);
    /// Recomputes the weights of the forward pass from the masters.
    void refresh();

    /// The variant as it is now, exactly what weights() computes with.
    Variant variant() const;

private:
    /// One array of masters.
    struct Slot {
        at::Tensor master, first, second, gradient;
    };
    /// One tensor of the variant: a vector, a matrix, or the two factors of a matrix.
    struct Trained {
        Role role = Role::FinalNorm;
        int layer = -1;
        bool vector = false;
        at::Tensor working; ///< the rows of the forward pass's tensor that are this one
        at::Tensor gradient; ///< and of its gradient
        std::vector<Slot> slots;
    };

    void addLayer(int layer);
    void add(Role role, int layer, const at::Tensor& working, const at::Tensor& gradient);
    VariantMatrix& matrixOf(const Trained& trained);
    void refresh(Trained& trained);
    void refreshGrid(Trained& trained, VariantMatrix& matrix);
    void spreadFactorGradients();
    double gradientNorm() const;

    Variant m_variant; ///< grids, codes and what is not trained; trained values lie in the slots
    TransformerModel::Weights m_weights;
    std::vector<LayerWeights> m_gradients;
    at::Tensor m_finalNormGradient;
    std::vector<Trained> m_trained;
};

} // namespace schmidt

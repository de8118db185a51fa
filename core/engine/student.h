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
/// those of quantized matrices rounded to codes (gradients pass through the rounding unchanged:
/// straight-through estimation, Bengio et al. 2013, arXiv 1308.3432), whose scales are trained with
/// them (Esser et al. 2020, arXiv 1902.08153) and stay representable in F16. Zeros and low-rank
/// corrections of quantized matrices stay. Embedding and head are not trained.
class Student {
public:
    /// `model` = the variant, ready to compute, in use by nobody else.
    Student(Variant variant, const TransformerModel& model);

    const TransformerModel::Weights& weights() const { return m_weights; }
    LayerWeights& gradients(std::size_t layer) { return m_gradients[layer]; }
    at::Tensor& finalNormGradient() { return m_finalNormGradient; }
    void clearGradients();

    /// How far a step of AdamW moves what it trains.
    struct Rates {
        double weights = 0;
        double positions = 0; ///< on a grid, in codes: what counts is how long to the next one
        double scales = 0; ///< of a grid, relative to what they were at first
    };
    /// One step of AdamW with the gradients clipped to a norm of 1. `step` counts from 1.
    void update(const Rates& rates, std::int64_t step);

    /// Masters and both moments of every tensor, in a fixed order; writing to them and calling
    /// refresh() restores a state.
    std::vector<at::Tensor> state() const;
    /// Copies of the masters, as exact as variant() stores them (F16, positions as codes): what a
    /// state takes to come back as a variant.
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
    enum class Form {
        Vector,
        Dense,
        Factors, ///< slots: left, right
        Grid, ///< slots: positions in codes, changes of the scales relative to firstScales
    };
    /// One tensor of the variant.
    struct Trained {
        Role role = Role::FinalNorm;
        int layer = -1;
        Form form = Form::Vector;
        at::Tensor working; ///< the rows of the forward pass's tensor that are this one
        at::Tensor gradient; ///< and of its gradient
        std::vector<Slot> slots;
        std::vector<float> firstScales;
    };

    void addLayer(int layer);
    void add(Role role, int layer, const at::Tensor& working, const at::Tensor& gradient);
    VariantMatrix& matrixOf(const Trained& trained);
    void refresh(Trained& trained);
    void refreshGrid(Trained& trained, VariantMatrix& matrix);
    /// Gradients of factors and scales from those of the matrices they make.
    void spreadGradients();
    void spreadGridGradient(Trained& trained);
    double gradientNorm() const;

    Variant m_variant; ///< grids, codes and what is not trained; trained values lie in the slots
    TransformerModel::Weights m_weights;
    std::vector<LayerWeights> m_gradients;
    at::Tensor m_finalNormGradient;
    std::vector<Trained> m_trained;
};

} // namespace schmidt

// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/recipe_model.h"

#include "ui/model/workspace.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/plots/number_text.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    /// Drags of different kinds never merge with each other.
    constexpr int widthMerge = 1000, groupMerge = 100000;

    /// "GPTQ int4 g32 + 16": scheme of a matrix and rank of its correction.
    QString correctedTitle(const LayerRecipe& layer, std::size_t place)
    {
        const QString scheme = schemeTitle(layer.schemes[place]);
        return layer.corrections[place] > 0
            ? QStringLiteral("%1 + %2").arg(scheme).arg(layer.corrections[place])
            : scheme;
    }

    QString matrixTitle(Role role)
    {
        return QString::fromUtf8(roleName(role).data(), static_cast<int>(roleName(role).size()));
    }

} // namespace

RecipeModel::RecipeModel(Workspace& workspace, QObject* parent)
    : QAbstractItemModel(parent)
    , m_workspace(workspace)
{
    reset();
}

void RecipeModel::reset()
{
    beginResetModel();
    const auto& architecture = m_workspace.architecture();
    const auto layers = architecture ? architecture->layers.size() : 0;
    m_layers = static_cast<int>(std::min(layers, m_workspace.recipe().layers.size()));
    m_shown = m_workspace.recipe().layers;
    m_sensitivity.assign(static_cast<std::size_t>(m_layers), NAN);
    m_largest = 0;
    if (const auto& analysis = m_workspace.analysis(); analysis && architecture) {
        for (std::size_t layer = 0; layer < m_sensitivity.size(); ++layer)
            if (const SensitivityPoint* halved = analysis->nearestProbe(
                    ProbeKind::MlpWidth, static_cast<int>(layer),
                    static_cast<double>(architecture->layers[layer].intermediateSize) / 2))
                m_sensitivity[layer] = halved->kl;
        for (const double kl : m_sensitivity)
            if (std::isfinite(kl))
                m_largest = std::max(m_largest, kl);
    }
    endResetModel();
}

void RecipeModel::refresh()
{
    const auto& layers = m_workspace.recipe().layers;
    if (static_cast<int>(layers.size()) < m_layers || m_shown.size() != layers.size()
        || !m_workspace.architecture()) {
        reset();
        return;
    }
    if (m_layers == 0)
        return;
    Q_EMIT dataChanged(index(0, 0), index(m_layers - 1, ColumnCount - 1));
    for (int layer = 0; layer < m_layers; ++layer) {
        const auto place = static_cast<std::size_t>(layer);
        if (m_shown[place].schemes == layers[place].schemes
            && m_shown[place].ranks == layers[place].ranks
            && m_shown[place].bonds == layers[place].bonds
            && m_shown[place].corrections == layers[place].corrections)
            continue;
        const QModelIndex parent = index(layer, 0);
        Q_EMIT dataChanged(
            index(0, 0, parent),
            index(static_cast<int>(linearRoles.size()) - 1, ColumnCount - 1, parent));
    }
    m_shown = layers;
}

std::int64_t RecipeModel::fullWidth(int layer) const
{
    return m_workspace.architecture()->layers[static_cast<std::size_t>(layer)].intermediateSize;
}

int RecipeModel::stepOf(int layer) const
{
    const LayerRecipe* recipe = layerRecipe(layer);
    return static_cast<int>(recipe ? widthStepOf(*recipe) : widthStep);
}

const LayerRecipe* RecipeModel::layerRecipe(int layer) const
{
    const auto& layers = m_workspace.recipe().layers;
    const auto place = static_cast<std::size_t>(layer);
    return layer >= 0 && place < layers.size() && m_workspace.architecture()
            && place < m_workspace.architecture()->layers.size()
        ? &layers[place]
        : nullptr;
}

void RecipeModel::setWidths(const std::vector<int>& layers, std::int64_t width)
{
    if (layers.empty() || !m_workspace.architecture())
        return;
    const Recipe next
        = withLayerWidth(m_workspace.recipe(), *m_workspace.architecture(), layers, width);
    if (next == m_workspace.recipe())
        return;
    const QString text = layers.size() == 1
        ? tr("Width of %1").arg(layerText(layers.front()))
        : tr("Width of %n layers", nullptr, static_cast<int>(layers.size()));
    m_workspace.editRecipe(text, next, widthMerge + layers.front());
}

void RecipeModel::setPart(const std::vector<int>& layers, BlockPart part, bool kept)
{
    if (layers.empty() || !m_workspace.architecture())
        return;
    const Recipe next
        = withPart(m_workspace.recipe(), *m_workspace.architecture(), layers, part, kept);
    if (next == m_workspace.recipe())
        return;
    const QString where = layers.size() == 1
        ? layerText(layers.front())
        : tr("%n layers", nullptr, static_cast<int>(layers.size()));
    m_workspace.finishEdit();
    m_workspace.editRecipe((kept ? tr("Restore parts of %1") : tr("Remove parts of %1")).arg(where),
                           next);
}

bool RecipeModel::uniform() const
{
    return m_workspace.recipe().mode == WidthMode::Uniform;
}

QModelIndex RecipeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent))
        return {};
    // The id of a layer is 0, that of a matrix its layer + 1.
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : 0);
}

QModelIndex RecipeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr(0));
}

int RecipeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return m_layers;
    return parent.internalId() == 0 && parent.column() == 0 ? static_cast<int>(linearRoles.size())
                                                            : 0;
}

int RecipeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant RecipeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(
            (index.column() == Name || index.column() == Kept ? Qt::AlignLeft : Qt::AlignRight)
            | Qt::AlignVCenter);
    if (index.internalId() == 0)
        return layerData(index.row(), index.column(), role);
    return matrixData(static_cast<int>(index.internalId()) - 1, index.row(), index.column(), role);
}

QVariant RecipeModel::layerData(int layer, int column, int role) const
{
    const LayerRecipe* recipe = layerRecipe(layer);
    if (!recipe)
        return {};
    const auto place = static_cast<std::size_t>(layer);
    const double share
        = static_cast<double>(recipe->mlpWidth) / static_cast<double>(fullWidth(layer));
    if (role == ShareRole)
        return share;
    if (role == Qt::CheckStateRole && column == Lock)
        return static_cast<int>(recipe->locked ? Qt::Checked : Qt::Unchecked);
    if (role == Qt::AccessibleTextRole && column == Lock)
        return recipe->locked ? tr("locked") : tr("not locked");
    const bool shown = role == Qt::DisplayRole;
    switch (column) {
    case Name:
        return shown ? QVariant(layerText(layer)) : QVariant();
    case Kept:
        return !shown               ? QVariant()
            : recipe->empty()       ? QVariant(tr("removed"))
            : recipe->mlpWidth == 0 ? QVariant(tr("none"))
                                    : QVariant(percentText(share));
    case Width:
        return shown || role == Qt::EditRole ? QVariant(static_cast<int>(recipe->mlpWidth))
                                             : QVariant();
    case Groups:
        return shown || role == Qt::EditRole ? QVariant(static_cast<int>(recipe->kvGroups))
                                             : QVariant();
    case SchemeColumn: {
        const Scheme* common = commonScheme(*recipe);
        if (role == SchemeNameRole)
            return common ? QString::fromStdString(schemeName(*common)) : QString();
        return shown ? QVariant(common ? schemeTitle(*common) : tr("mixed")) : QVariant();
    }
    case Kl: {
        const auto& prediction = m_workspace.prediction();
        if (!prediction || place >= prediction->layerKl.size())
            return {};
        const double kl = prediction->layerKl[place];
        if (role == ExactRole)
            return kl;
        return shown && kl >= 5e-5 ? QVariant(QLatin1Char('+') + numberText(kl, 2)) : QVariant();
    }
    case Sensitivity: {
        const double kl = m_sensitivity[place];
        if (role == BarRole)
            return std::isfinite(kl) && m_largest > 0 ? kl / m_largest : QVariant();
        if (role == Qt::ToolTipRole)
            return sensitivityTip(layer);
        return shown && std::isfinite(kl) ? QVariant(numberText(kl, 2)) : QVariant();
    }
    default:
        return {};
    }
}

QString RecipeModel::sensitivityTip(int layer) const
{
    const double halved = m_sensitivity[static_cast<std::size_t>(layer)];
    if (!std::isfinite(halved))
        return tr("not probed yet");
    QString tip
        = tr("Measured KL when this layer's MLP is halved alone: %1 nat").arg(numberText(halved));
    const auto add = [&](ProbeKind kind, const QString& text) {
        const SensitivityPoint* point = m_workspace.analysis()->nearestProbe(kind, layer, 0);
        if (point && point->level == 0)
            tip += QLatin1Char('\n') + text.arg(numberText(point->kl));
    };
    add(ProbeKind::MlpWidth, tr("without its MLP: %1 nat"));
    add(ProbeKind::KvGroups, tr("without its attention: %1 nat"));
    return tip;
}

QVariant RecipeModel::matrixData(int layer, int position, int column, int role) const
{
    const LayerRecipe* recipe = layerRecipe(layer);
    if (!recipe)
        return {};
    const auto place = static_cast<std::size_t>(position);
    const bool shown = role == Qt::DisplayRole;
    const Architecture& architecture = *m_workspace.architecture();
    switch (column) {
    case Name:
        return shown ? QVariant(matrixTitle(linearRoles[place])) : QVariant();
    case Kept: {
        LayerShape kept = architecture.layers[static_cast<std::size_t>(layer)];
        kept.heads = recipe->kvGroups * kept.queriesPerGroup();
        kept.kvHeads = recipe->kvGroups;
        kept.intermediateSize = recipe->mlpWidth;
        const MatrixShape shape = matrixShape(linearRoles[place], kept, architecture);
        return !shown       ? QVariant()
            : shape.empty() ? QVariant(tr("removed"))
                            : QVariant(tr("%1 × %2").arg(shape.rows).arg(shape.columns));
    }
    case Width:
        if (role == Qt::EditRole)
            return static_cast<int>(recipe->ranks[place]);
        return !shown                  ? QVariant()
            : recipe->bonds[place] > 0 ? QVariant(tr("bond %1").arg(recipe->bonds[place]))
            : recipe->ranks[place] > 0 ? QVariant(tr("rank %1").arg(recipe->ranks[place]))
                                       : QVariant(tr("full rank"));
    case SchemeColumn:
        if (role == SchemeNameRole)
            return QString::fromStdString(schemeName(recipe->schemes[place]));
        if (role == Qt::ToolTipRole && recipe->corrections[place] > 0)
            return tr("Rounded, with a low-rank correction of rank %1")
                .arg(recipe->corrections[place]);
        return shown ? QVariant(correctedTitle(*recipe, place)) : QVariant();
    default:
        return {};
    }
}

QVariant RecipeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(
            (section == Name || section == Kept ? Qt::AlignLeft : Qt::AlignRight)
            | Qt::AlignVCenter);
    static const char* const titles[] = { QT_TR_NOOP("layer"),         QT_TR_NOOP("MLP kept"),
                                          QT_TR_NOOP("width"),         QT_TR_NOOP("KV"),
                                          QT_TR_NOOP("scheme"),        QT_TR_NOOP("ΔKL ○"),
                                          QT_TR_NOOP("sensitivity ●"), QT_TR_NOOP("lock") };
    static const char* const tips[] = {
        QT_TR_NOOP("Transformer block; open it to see its matrices. Del removes it, the context "
                   "menu its attention or MLP alone."),
        QT_TR_NOOP("Share of MLP units kept. Drag, or use the arrow keys."),
        QT_TR_NOOP("MLP units kept, in multiples of 32; rank of a matrix"),
        QT_TR_NOOP("Key-value groups kept, each with its query heads"),
        QT_TR_NOOP("How the weights are stored"),
        QT_TR_NOOP("The layer's share of the predicted KL, nat"),
        QT_TR_NOOP("Measured KL when this layer's MLP is halved alone, nat"),
        QT_TR_NOOP("Sliders over all layers and the allocation leave a locked layer alone"),
    };
    if (role == Qt::DisplayRole)
        return tr(titles[section]);
    return role == Qt::ToolTipRole ? QVariant(tr(tips[section])) : QVariant();
}

bool RecipeModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid())
        return false;
    if (index.internalId() == 0)
        return setLayerData(index.row(), index.column(), value, role);
    const auto layer = static_cast<std::size_t>(index.internalId() - 1);
    const auto position = static_cast<std::size_t>(index.row());
    Recipe recipe = m_workspace.recipe();
    if (layer >= recipe.layers.size())
        return false;
    const QString matrix = layerText(static_cast<int>(layer)) + QLatin1Char(' ')
        + matrixTitle(linearRoles[position]);
    if (index.column() == SchemeColumn) {
        const auto scheme = schemeFromName(value.toString().toStdString());
        if (!scheme.ok())
            return false;
        LayerRecipe& entry = recipe.layers[layer];
        entry.setScheme(position, *scheme);
        if (entry.mlpWidth > 0)
            entry.mlpWidth = roundedWidth(static_cast<double>(entry.mlpWidth),
                                          fullWidth(static_cast<int>(layer)), widthStepOf(entry));
        m_workspace.editRecipe(tr("Scheme of %1").arg(matrix), recipe);
        return true;
    }
    if (index.column() != Width)
        return false;
    recipe.layers[layer].ranks[position] = std::max(0, value.toInt());
    recipe.layers[layer].bonds[position] = 0;
    m_workspace.editRecipe(tr("Rank of %1").arg(matrix), recipe);
    return true;
}

bool RecipeModel::setLayerData(int layer, int column, const QVariant& value, int role)
{
    if (!layerRecipe(layer))
        return false;
    const Architecture& architecture = *m_workspace.architecture();
    Recipe recipe = m_workspace.recipe();
    LayerRecipe& entry = recipe.layers[static_cast<std::size_t>(layer)];
    if (column == Lock && role == Qt::CheckStateRole) {
        entry.locked = value.toInt() == Qt::Checked;
        m_workspace.editRecipe(entry.locked ? tr("Lock %1").arg(layerText(layer))
                                            : tr("Unlock %1").arg(layerText(layer)),
                               recipe);
        return true;
    }
    if (column == Width || column == Kept) {
        setWidths({ layer }, value.toInt());
        return true;
    }
    if (column == Groups) {
        m_workspace.editRecipe(tr("KV groups of %1").arg(layerText(layer)),
                               withLayerGroups(recipe, architecture, { layer }, value.toInt()),
                               groupMerge + layer);
        return true;
    }
    if (column != SchemeColumn)
        return false;
    const auto scheme = schemeFromName(value.toString().toStdString());
    if (!scheme.ok())
        return false;
    setLayerScheme(entry, architecture.layers[static_cast<std::size_t>(layer)], *scheme);
    m_workspace.editRecipe(tr("Scheme of %1").arg(layerText(layer)), recipe);
    return true;
}

bool RecipeModel::sharesAWidthItLost(int layer, int column) const
{
    const LayerRecipe* entry = layerRecipe(layer);
    return entry && m_workspace.recipe().mode == WidthMode::Uniform
        && ((column == Width && entry->mlpWidth == 0)
            || (column == Groups && entry->kvGroups == 0));
}

Qt::ItemFlags RecipeModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    const int column = index.column();
    if (index.internalId() == 0) {
        if (column == Lock)
            flags |= Qt::ItemIsUserCheckable;
        if ((column == Width || column == Groups || column == SchemeColumn)
            && !sharesAWidthItLost(index.row(), column))
            flags |= Qt::ItemIsEditable;
    } else {
        flags |= Qt::ItemNeverHasChildren;
        if (column == Width || column == SchemeColumn)
            flags |= Qt::ItemIsEditable;
    }
    return flags;
}

} // namespace schmidt

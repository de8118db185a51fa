// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "ui/model/workspace.h"
#include "ui/panels/recipe/machine_row.h"
#include "ui/panels/recipe/recipe_diff.h"
#include "ui/panels/recipe/recipe_edits.h"

#include <QTemporaryDir>
#include <QtTest>
#include <random>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

constexpr int edits = 1000;

/// One random edit of the kinds that the recipe screen makes.
Recipe randomEdit(const Recipe& recipe, const Architecture& architecture, std::mt19937& random)
{
    const auto number
        = [&random](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
    const int layer = number(0, static_cast<int>(recipe.layers.size()) - 1);
    const auto& schemes = offeredSchemes();
    const Scheme scheme = schemes[static_cast<std::size_t>(number(0, int(schemes.size()) - 1))];
    switch (number(0, 8)) {
    case 0:
        return withEqualWidths(recipe, architecture, number(5, 100) / 100.0);
    case 1:
        return withLayerWidth(recipe, architecture, { layer }, 32 * number(1, 48));
    case 2:
        return withLayerGroups(recipe, architecture, { layer }, number(1, 3));
    case 3:
        return withSchemeForAll(recipe, architecture, scheme);
    case 4:
        return withMode(recipe, architecture,
                        number(0, 1) ? WidthMode::Uniform : WidthMode::PerLayer);
    case 5: {
        Recipe next = recipe;
        next.layers[static_cast<std::size_t>(layer)].locked = number(0, 1);
        return next;
    }
    case 6: {
        Recipe next = recipe;
        next.layers[static_cast<std::size_t>(layer)].ranks[static_cast<std::size_t>(number(0, 6))]
            = number(0, 300);
        return next;
    }
    case 7: {
        Recipe next = recipe;
        next.vocabulary = 32 * number(0, 1000);
        return next;
    }
    default: {
        Recipe next = recipe;
        next.name = "name " + std::to_string(number(0, 9));
        return next;
    }
    }
}

} // namespace

/// Undo and redo under random edits, what differs between two recipes, and whether one fits.
class UndoFuzzTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(writeSyntheticProject(m_folder.filePath("project").toStdString(), 6).ok());
    }

    void randomEditsUndoToEquality_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 20; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }

    void randomEditsUndoToEquality()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        Workspace workspace;
        QVERIFY(workspace.openProject(m_folder.filePath("project")).ok());
        const Architecture architecture = *workspace.architecture();
        const Recipe start = workspace.recipe();
        for (int edit = 0; edit < edits; ++edit) {
            const int mergeId = std::uniform_int_distribution(-2, 2)(random);
            workspace.editRecipe(QStringLiteral("edit"),
                                 randomEdit(workspace.recipe(), architecture, random),
                                 std::max(-1, mergeId));
            const int then = std::uniform_int_distribution(0, 19)(random);
            if (then == 0) {
                workspace.finishEdit();
            } else if (then == 1 && workspace.undoStack()->canUndo()) {
                const Recipe here = workspace.recipe();
                workspace.undoStack()->undo();
                workspace.undoStack()->redo();
                QVERIFY(workspace.recipe() == here);
            } else if (then == 2) {
                workspace.undoStack()->undo();
            }
        }
        const Recipe end = workspace.recipe();
        std::vector<Recipe> states;
        while (workspace.undoStack()->canUndo()) {
            states.push_back(workspace.recipe());
            workspace.undoStack()->undo();
        }
        QVERIFY(states.size() > 100);
        QVERIFY(workspace.recipe() == start);
        // What lies beyond the end was undone before and is not looked at.
        while (!states.empty()) {
            workspace.undoStack()->redo();
            QVERIFY(workspace.recipe() == states.back());
            states.pop_back();
        }
        QVERIFY(workspace.recipe() == end);
        while (workspace.undoStack()->canUndo())
            workspace.undoStack()->undo();
    }

    void differencesGroupNeighbouringLayers()
    {
        const Architecture architecture = syntheticArchitecture(6);
        const Recipe before = identityRecipe(architecture);
        Recipe after = before;
        QVERIFY(recipeDifferences(before, after).empty());
        for (std::size_t layer : { 1, 2, 3, 5 })
            after.layers[layer].mlpWidth = 1024;
        const auto lines = recipeDifferences(before, after);
        QCOMPARE(lines.size(), std::size_t(2));
        QCOMPARE(lines[0].where, QStringLiteral("L01 – L03"));
        QCOMPARE(lines[0].before, QStringLiteral("1536"));
        QCOMPARE(lines[0].after, QStringLiteral("1024"));
        QCOMPARE(lines[1].where, QStringLiteral("L05"));
        after.layers.pop_back();
        QCOMPARE(recipeDifferences(before, after).size(), std::size_t(1));
        // One matrix of one layer: schemes are then told matrix by matrix.
        Recipe mixed = before;
        mixed.layers[4].schemes[6] = offeredSchemes()[1];
        QCOMPARE(recipeDifferences(before, mixed).size(), std::size_t(1));
        QCOMPARE(recipeDifferences(before, mixed)[0].where, QStringLiteral("L04"));
    }

    void aRecipeFitsAMachineOrNot()
    {
        const Recipe recipe = identityRecipe(syntheticArchitecture(6));
        // Keys and values of 3 groups of 64 in 16 bit, 6 layers.
        QCOMPARE(cacheBytesPerToken(recipe, syntheticArchitecture(6)), 2.0 * 3 * 64 * 2 * 6);
        QCOMPARE(needsFit({ 1e9, 8e9, 1e8, 5e8 }), std::optional<bool>(true));
        QCOMPARE(needsFit({ 9e9, 8e9, 1e8, 5e8 }), std::optional<bool>(false));
        QCOMPARE(needsFit({ 1e9, 8e9, 6e8, 5e8 }), std::optional<bool>(false));
        QVERIFY(!needsFit({ 1e9, 0, 1e8, 5e8 }));
        QVERIFY(needsText({ 1e9, 8e9, 1e8, 5e8 }).contains(QStringLiteral("8.00")));
        QVERIFY(!needsText({ 1e9, 0, 1e8, 5e8 }).contains(QStringLiteral("8.00")));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(UndoFuzzTest)
#include "undo_fuzz_test.moc"

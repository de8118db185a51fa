// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/message_text.h"

#include "ui/plots/metric_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <vector>

namespace schmidt {

namespace {

    constexpr const char* context = "schmidt::Messages";

    /// Sentences of allocate() and validateRecipe(), word by word; core knows no languages. Those
    /// that say more come before those that say less.
    constexpr const char* sentences[] = {
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the fastest this recipe is predicted to reach "
                          "is %1, since a part of every token's time does not depend on the "
                          "weights. Unlock layers, allow per-layer widths or choose schemes with "
                          "fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the least memory this recipe is predicted to "
                          "need is %1, key-value cache included. Unlock layers, allow per-layer "
                          "widths or choose schemes with fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the least energy this recipe is predicted to "
                          "need is %1 J per token. Unlock layers, allow per-layer widths or choose "
                          "schemes with fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The target cannot be met; the smallest this recipe reaches is %1 of the "
                          "parameters, %2. Unlock layers, allow per-layer widths or choose schemes "
                          "with fewer bits."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Even without pruning the predicted KL is %1, above the target %2; "
                          "choose finer schemes or a higher target."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Even without pruning the predicted rise of perplexity is %1, above the "
                          "target %2; choose finer schemes or a higher target."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "The target cannot be predicted: %1."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1: MLP width %2 is outside 0 to %3; the nearest possible is %4."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1: MLP width %2 is no multiple of 32, so its GGUF keeps down in "
                          "16 bits; %3 avoids that."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Layer %1: %2 KV groups is outside 0 to %3."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Layer %1 %2: rank %3 is outside 0 to %4."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1 %2: the correction's rank %3 is outside 0 to %4."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1 %2: only a quantized matrix can be corrected; choose a scheme "
                          "for it or leave the correction out."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1 %2: with a correction of rank %3 it is no smaller than in 16 "
                          "bits; choose a lower rank or keep the matrix."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1 %2: rank %3 stores more numbers than the matrix itself; below "
                          "%4 it gets smaller."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "Layer %1 %2: a low-rank matrix cannot be quantized as well; choose one of the two."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Layer %1 %2: bond %3 is outside 0 to %4."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1 %2: a tensor network cannot be quantized or of low rank as "
                          "well; choose one."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Layer %1 %2: bond %3 stores more numbers than the matrix itself; below "
                          "%4 it gets smaller."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "Layer %1 %2: its %3 inputs are no multiple of group size %4; group size %5 works."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "Layer %1 %2: its %3 inputs are no multiple of group size %4; %5 inputs would work."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "Layer %1 differs in width from layer %2, but the recipe is uniform; make "
            "them equal or choose per-layer mode."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "No layer keeps its attention, so the model could not see its text; give "
                          "one a KV group."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "A vocabulary of %1 tokens is outside %2 (one per byte) to %3; leave it "
                          "out to keep all."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "A vocabulary of %1 tokens is no multiple of %2, which runtimes compute "
                          "fastest; %3 is."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "The recipe is for %1 layers, the model has %2; make the recipe for this model."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "A recipe needs at least 1024 calibration tokens."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Damping and drift correction of a recipe lie between 0 and 1."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Healing needs limits that are not negative and a learning rate between "
                          "0, which leaves it to the program, and 0.01."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The embedding's %1 inputs are no multiple of group size %2; choose "
                          "group size 32 or 64."),
    };

    /// Sentences about files, projects and jobs that went wrong; as above.
    constexpr const char* failures[] = {
        QT_TRANSLATE_NOOP("schmidt::Messages", "There is nothing at %1; check the path."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 is a PyTorch pickle, which can run code when opened; convert the "
                          "model to safetensors or GGUF."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 is a diffusion pipeline; only language models are supported."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 holds no model: a folder needs config.json and .safetensors files."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 is neither a GGUF file nor a model folder."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 holds no model.safetensors and no shard index; weights in other "
                          "formats are not read."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 holds its weights as PyTorch pickles; convert them to safetensors."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 has no config.json; a model folder needs one."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Models of type \"%1\" are not supported; supported types are %2."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The shard %1 is missing from %2; copy all shards of the model."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The tensor %1 is missing from %2; the model is incomplete."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 is empty; it was probably not copied completely."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 ends inside tensor \"%2\"; it was probably not copied completely."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "The GGUF file ends inside its header; it was probably not copied completely."),
        QT_TRANSLATE_NOOP(
            "schmidt::Messages",
            "The GGUF file ends inside tensor \"%1\"; it was probably not copied completely."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 is no safetensors file, or it is truncated."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Tensor \"%1\" of %2 holds NaN or infinity; the model is damaged."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Cannot open %1; check the path and its permissions."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Cannot read %1: there is no such file."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Cannot read %1; check its permissions."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Cannot create the folder %1; choose a place you may write to."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Cannot create the project folder %1; choose a place you may write to."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Cannot create %1; choose a place you may write to."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Cannot write %1; choose a place you may write to."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Cannot write %1; the disk may be full or read-only."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Cannot write %1; the disk may be full."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The project's database cannot be written: the disk is full or failing; "
                          "free space and repeat, nothing was lost."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The project cannot be written; check the folder's permissions or copy "
                          "the project to a place you may write to."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Another process keeps the project's database locked; wait for it or end "
                          "it, then repeat."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The project's database project.db is damaged or is no database; restore "
                          "it from a copy."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The project %1 is open for reading only; open it for writing or copy it "
                          "to a place you may write to."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The project %1 has version %2, this program reads up to version %3; "
                          "open it with a newer program."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The project %1 is about %2; choose a new folder for another model."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 is not a project: it has no %2; name the folder of a project."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 belongs to another program; choose the folder of a project."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "There is no earlier promoted run to go back to; promote a run first."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "There is not enough free memory for this job; close other programs or "
                          "use a smaller model."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "The process ended before the run was finished; run it again to resume."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "Stopped on request; nothing was left half-written."),
        QT_TRANSLATE_NOOP("schmidt::Messages", "Open a project first."),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "What a tensor network loses is not predicted, so no plan starts from a "
                          "recipe that holds one; add networks to the finished plan."),
    };

    /// What protocols of metrics are put together from, between commas and semicolons; as above.
    constexpr const char* phrases[] = {
        QT_TRANSLATE_NOOP("schmidt::Messages", "window %1"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "no overlap"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "no BOS"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "standard error over %1 windows"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "one window"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "so no standard error"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "median of %1 repetitions"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 x %2 repetitions in fresh processes"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "90th percentile of %1 decoded tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "keys and values of the whole context"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "largest resident size of the process"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "resident size after the runs"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "largest resident size beyond that without a model"),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "resident size after the runs beyond that without a model"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 held-out tokens of the workload"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 epochs of %2 calibration tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 epochs of %2 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "counted"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "after a prompt of %1 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "after healing on %1 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "training alone"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "weights and key-value cache for %1 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "and what measured runs took beside them"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "buffers were not measured"),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "against the baseline restricted to the same tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "the measured files"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "zero-shot log-likelihood"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "against the baseline %1 items gained"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "per token of the baseline"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "per own token"),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "against the baseline restricted to the same %1 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "the baseline restricted to the same tokens has %1"),
        QT_TRANSLATE_NOOP("schmidt::Messages",
                          "%1 of its own tokens (%2) for the bytes of %3 of the baseline's"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "against this program in fp32"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "behind %1 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 texts at once"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "tokens of all counted"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 threads"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 tokens"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 bytes"),
        QT_TRANSLATE_NOOP("schmidt::Messages", "%1 lost"),
    };

    QRegularExpression patternOf(const char* sentence)
    {
        QString pattern = QRegularExpression::escape(QString::fromUtf8(sentence));
        for (const char* place : { "\\%1", "\\%2", "\\%3", "\\%4", "\\%5" })
            pattern.replace(QLatin1String(place), QLatin1String("(.+?)"));
        return QRegularExpression(QRegularExpression::anchoredPattern(pattern));
    }

    /// A figure in the user's spelling, or the reason of something absent.
    QString partText(const QString& part)
    {
        if (!part.isEmpty() && part.at(0).isDigit())
            return amountText(part.toStdString());
        Metric absent;
        absent.absentReason = part.toStdString();
        return absentReasonText(absent);
    }

    /// A sentence with its parts; these may look like places themselves.
    QString filled(const QString& sentence, const QStringList& parts)
    {
        QString words;
        for (qsizetype at = 0; at < sentence.size(); ++at) {
            const bool place = sentence[at] == QLatin1Char('%') && at + 1 < sentence.size();
            const int part = place ? sentence[at + 1].digitValue() : 0;
            if (part < 1 || part > parts.size()) {
                words += sentence[at];
                continue;
            }
            words += parts[part - 1];
            ++at;
        }
        return words;
    }

    /// Texts of core to be recognized again.
    class KnownTexts {
    public:
        template <std::size_t count> explicit KnownTexts(const char* const (&texts)[count])
        {
            for (const char* text : texts)
                m_texts.push_back({ text, patternOf(text) });
        }

        /// The translation of the first one that the text is, its parts filled in; the text itself
        /// when it is none of them.
        QString translated(const QString& text) const
        {
            for (const Known& known : m_texts) {
                const auto match = known.pattern.match(text);
                if (!match.hasMatch())
                    continue;
                QStringList parts;
                for (int part = 1; part <= match.lastCapturedIndex(); ++part)
                    parts << partText(match.captured(part));
                return filled(QCoreApplication::translate(context, known.text), parts);
            }
            return text;
        }

    private:
        struct Known {
            const char* text;
            QRegularExpression pattern;
        };
        std::vector<Known> m_texts;
    };

} // namespace

QString messageText(const std::string& message)
{
    static const KnownTexts refusals(sentences), others(failures);
    const QString text = QString::fromStdString(message), words = refusals.translated(text);
    return words == text ? others.translated(text) : words;
}

QString messageText(const Error& error)
{
    return messageText(error.message);
}

QString protocolText(const std::string& protocol)
{
    static const KnownTexts known(phrases);
    static const QRegularExpression between(QStringLiteral("[,;] "));
    const QString text = QString::fromStdString(protocol);
    QString words;
    qsizetype done = 0;
    for (auto match = between.globalMatch(text); match.hasNext();) {
        const auto found = match.next();
        words += known.translated(text.mid(done, found.capturedStart() - done)) + found.captured();
        done = found.capturedEnd();
    }
    return words + known.translated(text.mid(done));
}

} // namespace schmidt

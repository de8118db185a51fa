<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>JobTableModel</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>noch etwa %1</translation>
    </message>
    <message>
        <source>%1 to %2 left</source>
        <translation>noch %1 bis %2</translation>
    </message>
</context>
<context>
    <name>LedgerPanel</name>
    <message>
        <source>project created</source>
        <translation>Projekt angelegt</translation>
    </message>
    <message>
        <source>analyzed</source>
        <translation>analysiert</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>komprimiert</translation>
    </message>
    <message>
        <source>evaluated</source>
        <translation>bewertet</translation>
    </message>
    <message>
        <source>tokens compared</source>
        <translation>Token verglichen</translation>
    </message>
    <message>
        <source>exported</source>
        <translation>exportiert</translation>
    </message>
    <message>
        <source>card written</source>
        <translation>Modellkarte geschrieben</translation>
    </message>
    <message>
        <source>put into use</source>
        <translation>in Gebrauch genommen</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>model found again</source>
        <translation>Modell wiedergefunden</translation>
    </message>
</context>
<context>
    <name>RunTableModel</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>done, in use</source>
        <translation>fertig, im Einsatz</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
</context>
<context>
    <name>schmidt::BarStrip</name>
    <message>
        <source>%1: %2 %3</source>
        <translation>%1: %2 %3</translation>
    </message>
    <message>
        <source>, %1 %2 %3</source>
        <translation>, %1 %2 %3</translation>
    </message>
</context>
<context>
    <name>schmidt::BatchDialog</name>
    <message>
        <source>About %1 to %2 in all, as the runs of this project took.</source>
        <translation>Etwa %1 bis %2 insgesamt, wie die Läufe dieses Projekts dauerten.</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Dateien hinzufügen…</translation>
    </message>
    <message>
        <source>Add recipes</source>
        <translation>Rezepte hinzufügen</translation>
    </message>
    <message>
        <source>Can it run?</source>
        <translation>Lauffähig?</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>%1 komprimieren</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Finds the recipe with the smallest predicted KL at each size.</source>
        <translation>Findet zu jeder Größe das Rezept mit der kleinsten vorhergesagten KL.</translation>
    </message>
    <message>
        <source>How many recipes</source>
        <translation>Anzahl der Rezepte</translation>
    </message>
    <message>
        <source>It is for another model: its number of layers differs.</source>
        <translation>Es gehört zu einem anderen Modell: Die Zahl der Schichten ist verschieden.</translation>
    </message>
    <message>
        <source>KL, nat</source>
        <translation>KL, nat</translation>
    </message>
    <message>
        <source>Largest size</source>
        <translation>Größte Datei</translation>
    </message>
    <message>
        <source>Smallest size</source>
        <translation>Kleinste Datei</translation>
    </message>
    <message>
        <source>Needs the analysis.</source>
        <translation>Braucht die Analyse.</translation>
    </message>
    <message>
        <source>No run of this project says yet how long one takes.</source>
        <translation>Noch kein Lauf dieses Projekts sagt, wie lange einer dauert.</translation>
    </message>
    <message numerus="yes">
        <source>Queue %n recipes</source>
        <translation>
            <numerusform>%n Rezept einreihen</numerusform>
            <numerusform>%n Rezepte einreihen</numerusform>
        </translation>
    </message>
    <message>
        <source>Queue several recipes</source>
        <translation>Mehrere Rezepte einreihen</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>Rezepte (*.json)</translation>
    </message>
    <message>
        <source>Recipes to run</source>
        <translation>Rezepte, die laufen sollen</translation>
    </message>
    <message>
        <source>Spread over sizes</source>
        <translation>Über Größen verteilen</translation>
    </message>
    <message>
        <source>Spread recipes over a range of sizes, or add recipe files; they run one after the other.</source>
        <translation>Verteilen Sie Rezepte über einen Bereich von Größen oder fügen Sie Rezeptdateien hinzu; sie laufen nacheinander.</translation>
    </message>
    <message>
        <source>The same recipe as one above.</source>
        <translation>Dasselbe Rezept wie eines darüber.</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>recipes from</source>
        <translation>Rezepte von</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
</context>
<context>
    <name>schmidt::BondView</name>
    <message>
        <source>Schmidt values of the bond</source>
        <translation>Schmidt-Werte des Bonds</translation>
    </message>
    <message>
        <source>place in the bond</source>
        <translation>Platz im Bond</translation>
    </message>
    <message>
        <source>s/s₁</source>
        <translation>s/s₁</translation>
    </message>
    <message>
        <source>Loss at equal size</source>
        <translation>Verlust bei gleicher Größe</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Ungewichtet</translation>
    </message>
    <message>
        <source>On your inputs</source>
        <translation>Auf Ihren Eingaben</translation>
    </message>
    <message>
        <source>Plain: |W − W&apos;|²/|W|². On your inputs: E|(W − W&apos;)x|²/E|W x|² over the workload&apos;s activations x.</source>
        <translation>Ungewichtet: |W − W&apos;|²/|W|². Auf Ihren Eingaben: E|(W − W&apos;)x|²/E|W x|² über die Aktivierungen x des Workloads.</translation>
    </message>
    <message>
        <source>Loss of truncation at equal size</source>
        <translation>Verlust des Schnitts bei gleicher Größe</translation>
    </message>
    <message>
        <source>numbers stored, % of the matrix</source>
        <translation>gespeicherte Zahlen, % der Matrix</translation>
    </message>
    <message>
        <source>loss (%)</source>
        <translation>Verlust (%)</translation>
    </message>
    <message>
        <source>Cut the bond</source>
        <translation>Bond schneiden</translation>
    </message>
    <message>
        <source>Bond dimension</source>
        <translation>Bond-Dimension</translation>
    </message>
    <message>
        <source>%1 · %2 across its bond</source>
        <translation>%1 · %2 über seinen Bond</translation>
    </message>
    <message>
        <source>Bonds come when the analysis has finished.</source>
        <translation>Bonds kommen, wenn die Analyse fertig ist.</translation>
    </message>
    <message>
        <source>This analysis was made before bonds were stored: &quot;Analyze again&quot; brings them.</source>
        <translation>Diese Analyse entstand, bevor Bonds gespeichert wurden: „Neu analysieren“ bringt sie.</translation>
    </message>
    <message>
        <source>(%1 × %2) × (%3 × %4)</source>
        <translation>(%1 × %2) × (%3 × %4)</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>ungewichtet</translation>
    </message>
    <message>
        <source>on inputs</source>
        <translation>auf Eingaben</translation>
    </message>
    <message>
        <source>SVD</source>
        <translation>SVD</translation>
    </message>
    <message>
        <source>two sites</source>
        <translation>zwei Plätze</translation>
    </message>
    <message>
        <source>bond dimension %1</source>
        <translation>Bond-Dimension %1</translation>
    </message>
    <message>
        <source>cut</source>
        <translation>Schnitt</translation>
    </message>
    <message>
        <source>numbers stored</source>
        <translation>gespeicherte Zahlen</translation>
    </message>
    <message>
        <source>%1 of the matrix</source>
        <translation>%1 der Matrix</translation>
    </message>
    <message>
        <source>Bond dimension times the sizes of both sites.</source>
        <translation>Bond-Dimension mal der Größe beider Plätze.</translation>
    </message>
    <message>
        <source>truncation loss</source>
        <translation>Verlust des Schnitts</translation>
    </message>
    <message>
        <source>○ between computed bonds</source>
        <translation>○ zwischen berechneten Bonds</translation>
    </message>
    <message>
        <source>● computed</source>
        <translation>● berechnet</translation>
    </message>
    <message>
        <source>Relative squared error of the product cut to this bond.</source>
        <translation>Relativer quadratischer Fehler des Produkts, auf diesen Bond geschnitten.</translation>
    </message>
    <message>
        <source>SVD at equal size</source>
        <translation>SVD gleicher Größe</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>Rang %1</translation>
    </message>
    <message>
        <source>Loss of the largest rank whose two factors store no more numbers.</source>
        <translation>Verlust des größten Rangs, dessen zwei Faktoren nicht mehr Zahlen speichern.</translation>
    </message>
    <message>
        <source>entropy of the bond</source>
        <translation>Entropie des Bonds</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>effective bond %1 of %2</source>
        <translation>effektiver Bond %1 von %2</translation>
    </message>
    <message>
        <source>S = −Σ p ln p with p = s²/Σs² over the Schmidt values of the bond.</source>
        <translation>S = −Σ p ln p mit p = s²/Σs² über die Schmidt-Werte des Bonds.</translation>
    </message>
    <message>
        <source>W = Σ s A ⊗ B over two sites with balanced factors, the best sum of Kronecker products. Losses |W − W&apos;|²/|W|² follow exactly from the Schmidt values. The only public comparison finds that tensor trains lose to a plain SVD of equal size; judge by the grey line.</source>
        <translation>W = Σ s A ⊗ B über zwei Plätze mit ausgewogenen Faktoren, die beste Summe von Kronecker-Produkten. Verluste |W − W&apos;|²/|W|² folgen exakt aus den Schmidt-Werten. Der einzige öffentliche Vergleich findet, dass Tensorzüge gegen eine einfache SVD gleicher Größe verlieren; urteilen Sie nach der grauen Linie.</translation>
    </message>
    <message>
        <source>With %1 of the numbers the two-site operator loses %2 and a plain low-rank matrix %3: the operator is better here.</source>
        <translation>Mit %1 der Zahlen verliert der Operator aus zwei Plätzen %2 und eine einfache Matrix niedrigen Rangs %3: hier ist der Operator besser.</translation>
    </message>
    <message>
        <source>With %1 of the numbers the two-site operator loses %2 and a plain low-rank matrix %3: the low-rank matrix is better here.</source>
        <translation>Mit %1 der Zahlen verliert der Operator aus zwei Plätzen %2 und eine einfache Matrix niedrigen Rangs %3: hier ist die Matrix niedrigen Rangs besser.</translation>
    </message>
    <message>
        <source>Sweeps would lower the operator&apos;s loss.</source>
        <translation>Sweeps würden den Verlust des Operators senken.</translation>
    </message>
    <message>
        <source>Sweep this matrix</source>
        <translation>Diese Matrix sweepen</translation>
    </message>
    <message>
        <source>Improves the operator on your inputs by variational sweeps, at every power of two of the bond. Takes about a minute.</source>
        <translation>Verbessert den Operator auf Ihren Eingaben durch variationelle Sweeps, bei jeder Zweierpotenz des Bonds. Dauert etwa eine Minute.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Sweep %1</source>
        <translation>Sweeps von %1</translation>
    </message>
    <message>
        <source>The sweeps of %1 are in the queue; their losses appear here.</source>
        <translation>Die Sweeps von %1 stehen in der Warteschlange; ihre Verluste erscheinen hier.</translation>
    </message>
    <message>
        <source>Sweeping…</source>
        <translation>Sweeps laufen …</translation>
    </message>
    <message>
        <source>swept</source>
        <translation>mit Sweeps</translation>
    </message>
    <message>
        <source>loss after sweeps</source>
        <translation>Verlust nach Sweeps</translation>
    </message>
    <message>
        <source>on %1 tokens</source>
        <translation>auf %1 Token</translation>
    </message>
    <message>
        <source>The cut operator, improved core by core on your inputs; computed at powers of two and straight between them.</source>
        <translation>Der geschnittene Operator, Kern für Kern auf Ihren Eingaben verbessert; bei Zweierpotenzen berechnet und dazwischen gerade.</translation>
    </message>
    <message>
        <source>Judged after sweeps on text that neither was fitted to.</source>
        <translation>Nach Sweeps beurteilt auf Text, an den keine von beiden angepasst wurde.</translation>
    </message>
    <message>
        <source>W = Σ s A ⊗ B over two sites, cut in the Kronecker product C₁ ⊗ C₂ that is likeliest for the inputs&apos; second moment C. Losses are those in C itself, E|(W − W&apos;)x|²/E|W x|², computed at %1 bonds; the SVD is the best one in C. Variational sweeps in C improve the operator further; what of that holds on other text is measured with them.</source>
        <translation>W = Σ s A ⊗ B über zwei Plätze, geschnitten im Kronecker-Produkt C₁ ⊗ C₂, das für das zweite Moment C der Eingaben am wahrscheinlichsten ist. Verluste gelten in C selbst, E|(W − W&apos;)x|²/E|W x|², berechnet an %1 Bonds; die SVD ist die beste in C. Variationelle Sweeps in C verbessern den Operator weiter; was davon auf anderem Text hält, wird mit ihnen gemessen.</translation>
    </message>
    <message>
        <source>on other text</source>
        <translation>auf anderem Text</translation>
    </message>
    <message>
        <source>SVD %1</source>
        <translation>SVD %1</translation>
    </message>
    <message>
        <source>Loss after sweeps, and that of the SVD, on text that neither was fitted to.</source>
        <translation>Verlust nach Sweeps und der der SVD auf Text, an den keine von beiden angepasst wurde.</translation>
    </message>
    <message>
        <source>Use in draft</source>
        <translation>In den Entwurf</translation>
    </message>
    <message>
        <source>Puts this operator in place of the matrix in the draft of the recipe; pressed again at the same bond, takes it out.</source>
        <translation>Setzt diesen Operator im Entwurf des Rezepts an die Stelle der Matrix; bei demselben Bond noch einmal gedrückt, nimmt es ihn heraus.</translation>
    </message>
    <message>
        <source>Take out of draft</source>
        <translation>Aus dem Entwurf</translation>
    </message>
    <message>
        <source>No tensor network for %1</source>
        <translation>Kein Tensornetz für %1</translation>
    </message>
    <message>
        <source>Bond %1 for %2</source>
        <translation>Bond %1 für %2</translation>
    </message>
    <message>
        <source>The draft keeps the matrix %1.</source>
        <translation>Der Entwurf behält die Matrix %1.</translation>
    </message>
    <message>
        <source>The draft has %1 as a tensor network with bond %2.</source>
        <translation>Der Entwurf hat %1 als Tensornetz mit Bond %2.</translation>
    </message>
</context>
<context>
    <name>schmidt::CardPanel</name>
    <message>
        <source>Model card</source>
        <translation>Modellkarte</translation>
    </message>
    <message>
        <source>Run the card is about</source>
        <translation>Lauf, den die Karte beschreibt</translation>
    </message>
    <message>
        <source>Format of the card</source>
        <translation>Format der Karte</translation>
    </message>
    <message>
        <source>Hugging Face (Markdown)</source>
        <translation>Hugging Face (Markdown)</translation>
    </message>
    <message>
        <source>CycloneDX</source>
        <translation>CycloneDX</translation>
    </message>
    <message>
        <source>SPDX</source>
        <translation>SPDX</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Save card…</source>
        <translation>Karte sichern…</translation>
    </message>
    <message>
        <source>Export model…</source>
        <translation>Modell exportieren…</translation>
    </message>
    <message>
        <source>Preview of the card</source>
        <translation>Vorschau der Karte</translation>
    </message>
    <message>
        <source>Run a recipe first; its card appears here.</source>
        <translation>Führen Sie zuerst ein Rezept aus; seine Karte erscheint hier.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>In your words</source>
        <translation>In Ihren Worten</translation>
    </message>
    <message>
        <source>Licence of the result</source>
        <translation>Lizenz des Ergebnisses</translation>
    </message>
    <message>
        <source>for example apache-2.0</source>
        <translation>zum Beispiel apache-2.0</translation>
    </message>
    <message>
        <source>Intended use</source>
        <translation>Verwendungszweck</translation>
    </message>
    <message>
        <source>Known limits</source>
        <translation>Bekannte Grenzen</translation>
    </message>
    <message>
        <source>Keep these words</source>
        <translation>Text übernehmen</translation>
    </message>
    <message>
        <source>Save card</source>
        <translation>Karte sichern</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>%1 geschrieben</translation>
    </message>
    <message>
        <source>Export model</source>
        <translation>Modell exportieren</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>Export: %1</translation>
    </message>
    <message>
        <source>GGUF for llama.cpp</source>
        <translation>GGUF für llama.cpp</translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Hugging-Face-Ordner</translation>
    </message>
    <message>
        <source>ONNX folder for ONNX Runtime</source>
        <translation>ONNX-Ordner für ONNX Runtime</translation>
    </message>
    <message>
        <source>compressed-tensors folder for vLLM</source>
        <translation>compressed-tensors-Ordner für vLLM</translation>
    </message>
    <message>
        <source>GPTQ folder for vLLM</source>
        <translation>GPTQ-Ordner für vLLM</translation>
    </message>
    <message>
        <source>AWQ folder for vLLM</source>
        <translation>AWQ-Ordner für vLLM</translation>
    </message>
    <message>
        <source>Hugging Face folder with widths per layer, for vLLM and MLX</source>
        <translation>Hugging-Face-Ordner mit Breiten je Schicht, für vLLM und MLX</translation>
    </message>
    <message>
        <source>Hugging Face folder, zero-padded</source>
        <translation>Hugging-Face-Ordner, mit Nullen aufgefüllt</translation>
    </message>
    <message>
        <source>compressed-tensors folder, W8A8 for INT8 kernels</source>
        <translation>compressed-tensors-Ordner, W8A8 für INT8-Kernel</translation>
    </message>
</context>
<context>
    <name>schmidt::ChartsView</name>
    <message>
        <source>By run</source>
        <translation>Je Lauf</translation>
    </message>
    <message>
        <source>Measure of the bars</source>
        <translation>Größe der Balken</translation>
    </message>
    <message>
        <source>Size against quality</source>
        <translation>Größe gegen Qualität</translation>
    </message>
    <message>
        <source>dotted: the project&apos;s goals</source>
        <translation>gepunktet: die Ziele des Projekts</translation>
    </message>
    <message>
        <source>No compared run has a measured size and KL yet; “Evaluate” and “Measure speed” do it.</source>
        <translation>Noch kein verglichener Lauf hat eine gemessene Größe und KL; „Auswerten“ und „Tempo messen“ holen das nach.</translation>
    </message>
    <message>
        <source>Not measured yet; “Evaluate” and “Measure speed” do it.</source>
        <translation>Noch nicht gemessen; „Auswerten“ und „Tempo messen“ holen das nach.</translation>
    </message>
    <message>
        <source>In detail</source>
        <translation>Im Einzelnen</translation>
    </message>
    <message>
        <source>MLP units</source>
        <translation>MLP-Einheiten</translation>
    </message>
    <message>
        <source>MLP width by layer</source>
        <translation>MLP-Breite je Schicht</translation>
    </message>
    <message>
        <source>No compared run changes layers.</source>
        <translation>Kein verglichener Lauf ändert Schichten.</translation>
    </message>
    <message>
        <source>No latency of these runs is kept yet; “Measure speed” takes it.</source>
        <translation>Von diesen Läufen ist noch keine Latenz aufgehoben; „Tempo messen“ nimmt sie auf.</translation>
    </message>
    <message>
        <source>Predicted KL by layer</source>
        <translation>Vorhergesagte KL je Schicht</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Time between tokens</source>
        <translation>Zeit zwischen Token</translation>
    </message>
    <message>
        <source>Time to the first token</source>
        <translation>Zeit bis zum ersten Token</translation>
    </message>
    <message>
        <source>What is shown in detail</source>
        <translation>Was im Einzelnen gezeigt wird</translation>
    </message>
    <message>
        <source>how the compressed layers differ</source>
        <translation>wie sich die komprimierten Schichten unterscheiden</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>outside the grey ring: better than the baseline</source>
        <translation>außerhalb des grauen Rings: besser als die Basis</translation>
    </message>
    <message>
        <source>predicted KL (nat)</source>
        <translation>vorhergesagte KL (nat)</translation>
    </message>
    <message>
        <source>share (%)</source>
        <translation>Anteil (%)</translation>
    </message>
    <message>
        <source>share of tokens by this time</source>
        <translation>Anteil der Token bis dahin</translation>
    </message>
    <message>
        <source>time (ms)</source>
        <translation>Zeit (ms)</translation>
    </message>
</context>
<context>
    <name>schmidt::ChatColumn</name>
    <message>
        <source>The answer appears here.</source>
        <translation>Die Antwort erscheint hier.</translation>
    </message>
    <message>
        <source>This is the best answer</source>
        <translation>Dies ist die beste Antwort</translation>
    </message>
    <message>
        <source>Answer %1</source>
        <translation>Antwort %1</translation>
    </message>
    <message>
        <source>preferred</source>
        <translation>bevorzugt</translation>
    </message>
    <message>
        <source>Answer of %1</source>
        <translation>Antwort von %1</translation>
    </message>
    <message>
        <source>%1 is the best</source>
        <translation>%1 ist die beste</translation>
    </message>
    <message>
        <source>energy not measured</source>
        <translation>Energie nicht gemessen</translation>
    </message>
    <message>
        <source>● %1 tok/s · first token after %2 ms · %3 tokens · %4</source>
        <translation>● %1 tok/s · erstes Token nach %2 ms · %3 Token · %4</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>antwortet</translation>
    </message>
    <message numerus="yes">
        <source>answering, %n tokens</source>
        <translation>
            <numerusform>antwortet, %n Token</numerusform>
            <numerusform>antwortet, %n Token</numerusform>
        </translation>
    </message>
    <message>
        <source>● %1 tok/s beside the others · first token after %2 ms · %3 tokens · %4</source>
        <translation>● %1 Token/s neben den anderen · erstes Token nach %2 ms · %3 Token · %4</translation>
    </message>
</context>
<context>
    <name>schmidt::ChatView</name>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>the same text to every run, most likely token each time</source>
        <translation>derselbe Text an jeden Lauf, immer das wahrscheinlichste Token</translation>
    </message>
    <message>
        <source>Prompts of the workload</source>
        <translation>Prompts der Arbeitslast</translation>
    </message>
    <message>
        <source>Ask something that users of this model would ask</source>
        <translation>Fragen Sie, was Nutzer dieses Modells fragen würden</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Token</translation>
    </message>
    <message>
        <source>Longest answer in tokens</source>
        <translation>Längste Antwort in Token</translation>
    </message>
    <message>
        <source>Ask all</source>
        <translation>Alle fragen</translation>
    </message>
    <message>
        <source>r%1 %2</source>
        <translation>r%1 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n runs do not fit beside each other; choose fewer runs to see them.</source>
        <translation>
            <numerusform>%n Lauf passt nicht mehr daneben; wählen Sie weniger Läufe, um ihn zu sehen.</numerusform>
            <numerusform>%n Läufe passen nicht nebeneinander; wählen Sie weniger Läufe, um sie zu sehen.</numerusform>
        </translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message numerus="yes">
        <source>Ask %n runs</source>
        <translation>
            <numerusform>%n Lauf fragen</numerusform>
            <numerusform>%n Läufe fragen</numerusform>
        </translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>0 takes the likeliest token each time; 1 draws from the model&apos;s own probabilities.</source>
        <translation>0 nimmt stets das wahrscheinlichste Token; 1 zieht nach den eigenen Wahrscheinlichkeiten des Modells.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed draws the same answer again.</source>
        <translation>Derselbe Startwert zieht dieselbe Antwort noch einmal.</translation>
    </message>
    <message>
        <source>Blind</source>
        <translation>Blind</translation>
    </message>
    <message>
        <source>Shuffles the columns and hides whose they are until you have preferred an answer. The vote is kept with the project.</source>
        <translation>Mischt die Spalten und verbirgt, wem sie gehören, bis Sie eine Antwort bevorzugt haben. Die Stimme bleibt beim Projekt.</translation>
    </message>
    <message>
        <source>None is better</source>
        <translation>Keine ist besser</translation>
    </message>
    <message>
        <source>the same text to every run, tokens drawn with the same seed</source>
        <translation>derselbe Text an jeden Lauf, Token mit demselben Startwert gezogen</translation>
    </message>
    <message>
        <source>Blind: prefer an answer to see whose it is.</source>
        <translation>Blind: Bevorzugen Sie eine Antwort, um zu sehen, von wem sie ist.</translation>
    </message>
    <message>
        <source>No blind vote yet.</source>
        <translation>Noch keine blinde Stimme.</translation>
    </message>
    <message>
        <source>● r%1 %2 was preferred to the baseline in %3 of %4 blind votes with a preference (95 % interval %5 to %6); %7 without.</source>
        <translation>● r%1 %2 wurde der Basis in %3 von %4 blinden Stimmen mit Vorliebe vorgezogen (95-%-Intervall %5 bis %6); %7 ohne.</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Gleichzeitig</translation>
    </message>
    <message>
        <source>In turn</source>
        <translation>Nacheinander</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Order of the answers</source>
        <translation>Reihenfolge der Antworten</translation>
    </message>
    <message>
        <source>At once to read along; in turn for speeds and energy that compare.</source>
        <translation>Gleichzeitig zum Mitlesen; nacheinander für vergleichbare Geschwindigkeiten und Energien.</translation>
    </message>
    <message>
        <source>At once: the runs share the cores, so read along and do not compare speeds.</source>
        <translation>Gleichzeitig: Die Läufe teilen sich die Kerne; zum Mitlesen, nicht zum Vergleich der Geschwindigkeiten.</translation>
    </message>
    <message>
        <source>In turn: each run has all cores, so the speeds compare.</source>
        <translation>Nacheinander: Jeder Lauf hat alle Kerne; die Geschwindigkeiten sind vergleichbar.</translation>
    </message>
    <message>
        <source>asked before: %1</source>
        <translation>schon gefragt: %1</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>nicht gefragt</translation>
    </message>
</context>
<context>
    <name>schmidt::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Type the name of a command</source>
        <translation>Namen eines Befehls eingeben</translation>
    </message>
    <message>
        <source>Name of a command</source>
        <translation>Name eines Befehls</translation>
    </message>
</context>
<context>
    <name>schmidt::ComparePanel</name>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Differences only</source>
        <translation>Nur Unterschiede</translation>
    </message>
    <message>
        <source>Hides rows in which no run differs from the baseline by more than noise.</source>
        <translation>Blendet Zeilen aus, in denen kein Lauf um mehr als das Rauschen von der Basis abweicht.</translation>
    </message>
    <message>
        <source>Runs ▾</source>
        <translation>Läufe ▾</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Measures perplexity and KL to the baseline of the chosen runs on the workload&apos;s evaluation text.</source>
        <translation>Misst Perplexität und KL zur Basis für die gewählten Läufe auf dem Prüftext der Arbeitslast.</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Tempo messen</translation>
    </message>
    <message>
        <source>Measures speed, memory and energy of the chosen runs in llama.cpp, in turns with the baseline.</source>
        <translation>Misst Tempo, Speicher und Energie der gewählten Läufe in llama.cpp, abwechselnd mit der Basis.</translation>
    </message>
    <message>
        <source>Export ▾</source>
        <translation>Export ▾</translation>
    </message>
    <message>
        <source>CSV…</source>
        <translation>CSV…</translation>
    </message>
    <message>
        <source>Markdown…</source>
        <translation>Markdown…</translation>
    </message>
    <message>
        <source>LaTeX…</source>
        <translation>LaTeX…</translation>
    </message>
    <message>
        <source>JSON…</source>
        <translation>JSON…</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Decode rate</source>
        <translation>Dekodierrate</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>KL to baseline</source>
        <translation>KL zur Basis</translation>
    </message>
    <message>
        <source>● measured   ○ predicted   ◇ imported   ~ estimated   ▲ better   ▼ worse   = inside the noise   ? no uncertainty known</source>
        <translation>● gemessen   ○ vorhergesagt   ◇ importiert   ~ geschätzt   ▲ besser   ▼ schlechter   = im Rauschen   ? Unsicherheit unbekannt</translation>
    </message>
    <message>
        <source>There is no variant to compare yet: run a recipe first.</source>
        <translation>Noch gibt es keine Variante zum Vergleichen: Führen Sie zuerst ein Rezept aus.</translation>
    </message>
    <message>
        <source>Open a project to compare its runs.</source>
        <translation>Öffnen Sie ein Projekt, um seine Läufe zu vergleichen.</translation>
    </message>
    <message>
        <source>r%1 %2</source>
        <translation>r%1 %2</translation>
    </message>
    <message>
        <source>Runs: %1 of %2 ▾</source>
        <translation>Läufe: %1 von %2 ▾</translation>
    </message>
    <message>
        <source>Not measured yet; “Measure speed” does it.</source>
        <translation>Noch nicht gemessen; „Tempo messen“ holt es nach.</translation>
    </message>
    <message>
        <source>Not measured yet; “Evaluate” does it.</source>
        <translation>Noch nicht gemessen; „Auswerten“ holt es nach.</translation>
    </message>
    <message>
        <source>Export comparison</source>
        <translation>Vergleich exportieren</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gesichert</translation>
    </message>
    <message>
        <source>The table is in the clipboard.</source>
        <translation>Die Tabelle ist in der Zwischenablage.</translation>
    </message>
    <message numerus="yes">
        <source>Evaluate %n runs</source>
        <translation>
            <numerusform>%n Lauf auswerten</numerusform>
            <numerusform>%n Läufe auswerten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Measure speed of %n runs</source>
        <translation>
            <numerusform>Tempo von %n Lauf messen</numerusform>
            <numerusform>Tempo von %n Läufen messen</numerusform>
        </translation>
    </message>
    <message>
        <source>The measurement is in the queue.</source>
        <translation>Die Messung ist in der Warteschlange.</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>Alle Zeilen</translation>
    </message>
    <message>
        <source>Rows shown</source>
        <translation>Gezeigte Zeilen</translation>
    </message>
</context>
<context>
    <name>schmidt::ComparisonModel</name>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Speed and memory</source>
        <translation>Tempo und Speicher</translation>
    </message>
    <message>
        <source>Energy, cost, size</source>
        <translation>Energie, Kosten, Größe</translation>
    </message>
    <message>
        <source>Goals</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>met ✓</source>
        <translation>erfüllt ✓</translation>
    </message>
    <message>
        <source>missed ✗</source>
        <translation>verfehlt ✗</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>%1  %2</source>
        <translation>%1  %2</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>, n = %1</source>
        <translation>, n = %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>schmidt::CorrelationView</name>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größte</translation>
    </message>
    <message>
        <source>A cell stands for all pairs of the units of two bins: their mean mutual information, or that of the closest pair.</source>
        <translation>Eine Zelle steht für alle Paare der Einheiten zweier Klassen: ihre mittlere Transinformation oder die des engsten Paars.</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Einheiten</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Map of correlations</source>
        <translation>Karte der Korrelationen</translation>
    </message>
    <message>
        <source>MLP units of the chosen cell</source>
        <translation>MLP-Einheiten der gewählten Zelle</translation>
    </message>
    <message>
        <source>Correlations come when the analysis has finished.</source>
        <translation>Korrelationen kommen, wenn die Analyse fertig ist.</translation>
    </message>
    <message>
        <source>This analysis was made before correlations were stored: &quot;Analyze again&quot; brings them.</source>
        <translation>Diese Analyse entstand, bevor Korrelationen gespeichert wurden: „Neu analysieren“ bringt sie.</translation>
    </message>
    <message>
        <source>MLP units of %1</source>
        <translation>MLP-Einheiten von %1</translation>
    </message>
    <message>
        <source>largest mutual information</source>
        <translation>größte Transinformation</translation>
    </message>
    <message>
        <source>mean mutual information</source>
        <translation>mittlere Transinformation</translation>
    </message>
    <message>
        <source>nat</source>
        <translation>nat</translation>
    </message>
    <message>
        <source>bins of similar units</source>
        <translation>Klassen ähnlicher Einheiten</translation>
    </message>
    <message>
        <source>bin %1 (%2 units) · bin %3 (%4 units)</source>
        <translation>Klasse %1 (%2 Einheiten) · Klasse %3 (%4 Einheiten)</translation>
    </message>
    <message>
        <source>mutual information</source>
        <translation>Transinformation</translation>
    </message>
    <message>
        <source>head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>alignment</source>
        <translation>Ausrichtung</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Units of %1 among each other</source>
        <translation>Einheiten von %1 untereinander</translation>
    </message>
    <message>
        <source>−½ ln(1 − ρ²) of two units&apos; activities on your workload, nat: what each says about the other. Units are ordered by clustering and averaged in bins. On %1 tokens chance alone gives %2 nat; lower values have that colour.</source>
        <translation>−½ ln(1 − ρ²) der Aktivitäten zweier Einheiten auf Ihrem Workload, nat: was jede über die andere sagt. Einheiten sind durch Clustern geordnet und in Klassen gemittelt. Auf %1 Token gibt allein der Zufall %2 nat; kleinere Werte haben diese Farbe.</translation>
    </message>
    <message>
        <source>Heads of %1 among each other</source>
        <translation>Köpfe von %1 untereinander</translation>
    </message>
    <message>
        <source>−½ Σ ln(1 − κ²) over the canonical correlations κ of two heads&apos; outputs, nat. Heads of one KV group read the same values and share most.</source>
        <translation>−½ Σ ln(1 − κ²) über die kanonischen Korrelationen κ der Ausgaben zweier Köpfe, nat. Köpfe einer KV-Gruppe lesen dieselben Werte und teilen am meisten.</translation>
    </message>
    <message>
        <source>Blocks among each other</source>
        <translation>Blöcke untereinander</translation>
    </message>
    <message>
        <source>Centred kernel alignment, unbiased, of what two blocks add to the residual stream on about a thousand tokens: 1 = the same up to scale and rotation, 0 = unrelated. Every token counts the same.</source>
        <translation>Zentrierte Kernel-Ausrichtung (CKA), unverzerrt, dessen, was zwei Blöcke auf etwa tausend Token zum Residualstrom addieren: 1 = gleich bis auf Skala und Drehung, 0 = ohne Beziehung. Jedes Token zählt gleich.</translation>
    </message>
    <message>
        <source>bin %1 with %2</source>
        <translation>Klasse %1 mit %2</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>%1 with %2</source>
        <translation>%1 mit %2</translation>
    </message>
    <message>
        <source>both in KV group %1</source>
        <translation>beide in KV-Gruppe %1</translation>
    </message>
    <message>
        <source>KV groups %1 and %2</source>
        <translation>KV-Gruppen %1 und %2</translation>
    </message>
    <message>
        <source>Total Gaussian mutual information of the two heads&apos; outputs.</source>
        <translation>Gesamte gaußsche Transinformation der Ausgaben beider Köpfe.</translation>
    </message>
    <message>
        <source>by chance</source>
        <translation>durch Zufall</translation>
    </message>
    <message>
        <source>what independent heads show</source>
        <translation>was unabhängige Köpfe zeigen</translation>
    </message>
    <message>
        <source>Head size squared over twice the number of tokens: more text lowers it.</source>
        <translation>Kopfgröße zum Quadrat durch die doppelte Zahl der Token: mehr Text senkt sie.</translation>
    </message>
    <message>
        <source>neighbours</source>
        <translation>Nachbarn</translation>
    </message>
    <message>
        <source>How alike the two blocks write into the residual stream.</source>
        <translation>Wie ähnlich die beiden Blöcke in den Residualstrom schreiben.</translation>
    </message>
    <message>
        <source>Who stands in for whom</source>
        <translation>Wer wen vertreten kann</translation>
    </message>
    <message>
        <source>Choose a cell: its units are marked above, and the closest pairs are named here.</source>
        <translation>Wählen Sie eine Zelle: ihre Einheiten werden oben markiert, die engsten Paare hier genannt.</translation>
    </message>
    <message>
        <source>Closest heads</source>
        <translation>Engste Köpfe</translation>
    </message>
    <message>
        <source>Choose a cell to see which heads share most with a head.</source>
        <translation>Wählen Sie eine Zelle, um zu sehen, welche Köpfe am meisten mit einem Kopf teilen.</translation>
    </message>
    <message>
        <source>Closest blocks</source>
        <translation>Engste Blöcke</translation>
    </message>
    <message>
        <source>Choose a cell to see which blocks write alike.</source>
        <translation>Wählen Sie eine Zelle, um zu sehen, welche Blöcke ähnlich schreiben.</translation>
    </message>
    <message>
        <source>%1 and %2, both removed</source>
        <translation>%1 und %2, beide gehen</translation>
    </message>
    <message>
        <source>%1 and %2, both kept</source>
        <translation>%1 und %2, beide bleiben</translation>
    </message>
    <message>
        <source>%1 and %2, %3 removed</source>
        <translation>%1 und %2, %3 geht</translation>
    </message>
    <message>
        <source>The closest pair of units between these two bins, what each says about the other, and what the draft does to them.</source>
        <translation>Das engste Paar von Einheiten zwischen diesen zwei Klassen, was jede über die andere sagt und was der Entwurf mit ihnen tut.</translation>
    </message>
    <message>
        <source>Why %1 would go</source>
        <translation>Warum %1 ginge</translation>
    </message>
    <message>
        <source>What narrowing %1 costs</source>
        <translation>Was das Verschmälern von %1 kostet</translation>
    </message>
</context>
<context>
    <name>schmidt::DepthView</name>
    <message>
        <source>Effective rank over depth</source>
        <translation>Effektiver Rang über der Tiefe</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>effective rank / full</source>
        <translation>eff. Rang / voll</translation>
    </message>
</context>
<context>
    <name>schmidt::DockTitle</name>
    <message>
        <source>Hide</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Hide %1</source>
        <translation>%1 ausblenden</translation>
    </message>
</context>
<context>
    <name>schmidt::Files</name>
    <message>
        <source>%1 files (*.%2)</source>
        <translation>%1-Dateien (*.%2)</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gesichert</translation>
    </message>
    <message>
        <source>Data (CSV)…</source>
        <translation>Daten (CSV)…</translation>
    </message>
    <message>
        <source>Data (LaTeX)…</source>
        <translation>Daten (LaTeX)…</translation>
    </message>
    <message>
        <source>Data (Markdown)…</source>
        <translation>Daten (Markdown)…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Page (PDF)…</source>
        <translation>Seite (PDF)…</translation>
    </message>
    <message>
        <source>Picture (PNG)…</source>
        <translation>Bild (PNG)…</translation>
    </message>
    <message>
        <source>Vector graphic (SVG)…</source>
        <translation>Vektorgrafik (SVG)…</translation>
    </message>
</context>
<context>
    <name>schmidt::FrozenTable</name>
    <message>
        <source>Metrics and baseline</source>
        <translation>Messgrößen und Basis</translation>
    </message>
    <message>
        <source>Compared runs</source>
        <translation>Verglichene Läufe</translation>
    </message>
</context>
<context>
    <name>schmidt::GoalsDialog</name>
    <message>
        <source>Goals of the project</source>
        <translation>Ziele des Projekts</translation>
    </message>
    <message>
        <source>Workload</source>
        <translation>Arbeitslast</translation>
    </message>
    <message>
        <source>Own texts</source>
        <translation>Eigene Texte</translation>
    </message>
    <message>
        <source>KL to the original at most</source>
        <translation>KL zum Original höchstens</translation>
    </message>
    <message>
        <source> nat</source>
        <translation> nat</translation>
    </message>
    <message>
        <source>Perplexity increase at most</source>
        <translation>Perplexitätszuwachs höchstens</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>File at most</source>
        <translation>Datei höchstens</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Memory at most</source>
        <translation>Speicher höchstens</translation>
    </message>
    <message>
        <source>Decode at least</source>
        <translation>Dekodieren mindestens</translation>
    </message>
    <message>
        <source> tok/s</source>
        <translation> tok/s</translation>
    </message>
    <message>
        <source>First token within</source>
        <translation>Erstes Token binnen</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>Energy per token at most</source>
        <translation>Energie je Token höchstens</translation>
    </message>
    <message>
        <source> J</source>
        <translation> J</translation>
    </message>
    <message>
        <source>Text must not leave this machine</source>
        <translation>Text darf diesen Rechner nicht verlassen</translation>
    </message>
</context>
<context>
    <name>schmidt::HeatMap</name>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>%1, %2 %3</source>
        <translation>%1, %2 %3</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1
%2: %3</source>
        <translation>%1
%2: %3</translation>
    </message>
</context>
<context>
    <name>schmidt::HintLine</name>
    <message>
        <source>Hint</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>schmidt::Inspector</name>
    <message>
        <source>Facts about what is selected</source>
        <translation>Angaben zum Ausgewählten</translation>
    </message>
    <message>
        <source>Open a project and choose a matrix or a run; what is known of it appears here.</source>
        <translation>Öffnen Sie ein Projekt und wählen Sie eine Matrix oder einen Lauf; hier erscheint, was darüber bekannt ist.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Effective rank</source>
        <translation>Effektiver Rang</translation>
    </message>
    <message>
        <source>Entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>Rank in the draft</source>
        <translation>Rang im Entwurf</translation>
    </message>
    <message>
        <source>full</source>
        <translation>voll</translation>
    </message>
    <message>
        <source>Scheme in the draft</source>
        <translation>Schema im Entwurf</translation>
    </message>
    <message>
        <source>This matrix has not been decomposed yet.</source>
        <translation>Diese Matrix ist noch nicht zerlegt.</translation>
    </message>
    <message>
        <source>Removed are the units that the others replace best. The last of them, unit %1: the others predict %2 of its activity.</source>
        <translation>Entfernt werden die Einheiten, die sich am besten durch die anderen ersetzen lassen. Die letzte davon, Einheit %1: Die anderen sagen %2 ihrer Aktivität voraus.</translation>
    </message>
    <message>
        <source>Taken one by one, the removed units lose %1 of the layer&apos;s energy.</source>
        <translation>Einzeln genommen verlieren die entfernten Einheiten %1 der Energie der Schicht.</translation>
    </message>
    <message>
        <source>Layer %1 in the draft</source>
        <translation>Schicht %1 im Entwurf</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>MLP units</source>
        <translation>MLP-Einheiten</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV-Gruppen</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Gesperrt</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>Block influence</source>
        <translation>Einfluss des Blocks</translation>
    </message>
    <message>
        <source>Run r%1 %2</source>
        <translation>Lauf r%1 %2</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>Bond in the draft</source>
        <translation>Bond im Entwurf</translation>
    </message>
</context>
<context>
    <name>schmidt::JobController</name>
    <message>
        <source>The job could not be written to %1; free some space there.</source>
        <translation>Der Auftrag ließ sich nicht nach %1 schreiben; schaffen Sie dort Platz.</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>%1 geschrieben</translation>
    </message>
    <message>
        <source>%1 could not be started; build or install it beside the program.</source>
        <translation>%1 ließ sich nicht starten; bauen oder installieren Sie es neben dem Programm.</translation>
    </message>
    <message>
        <source>The job ended without a result; run it again, it goes on where it stopped.</source>
        <translation>Der Auftrag endete ohne Ergebnis; starten Sie ihn neu, er fährt fort, wo er stehen blieb.</translation>
    </message>
</context>
<context>
    <name>schmidt::JobNotifier</name>
    <message numerus="yes">
        <source>%n seconds</source>
        <translation>
            <numerusform>%n Sekunde</numerusform>
            <numerusform>%n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 is done after %2.</source>
        <translation>%1 ist nach %2 fertig.</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 ist gescheitert: %2</translation>
    </message>
</context>
<context>
    <name>schmidt::JobStrip</name>
    <message>
        <source>Progress of the running job</source>
        <translation>Fortschritt des laufenden Auftrags</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>No job is running.</source>
        <translation>Kein Auftrag läuft.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::JobTableModel</name>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Remaining</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
</context>
<context>
    <name>schmidt::KeysDialog</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>Befehle und ihre Tasten</translation>
    </message>
</context>
<context>
    <name>schmidt::LayerView</name>
    <message>
        <source>MLP units</source>
        <translation>MLP-Einheiten</translation>
    </message>
    <message>
        <source>score = energy · exp(−2 · mutual information with the other units): the loss that is left after the remaining units have been refitted.</source>
        <translation>Score = Energie · exp(−2 · Transinformation mit den anderen Einheiten): der Verlust, der nach dem Neuanpassen der übrigen Einheiten bleibt.</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensitivität</translation>
    </message>
    <message>
        <source>Sensitivity of the selected layer</source>
        <translation>Sensitivität der gewählten Schicht</translation>
    </message>
    <message>
        <source>KL (nat)</source>
        <translation>KL (nat)</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>MLP-Breite</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV-Gruppen</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>MLP units of %1</source>
        <translation>MLP-Einheiten %1</translation>
    </message>
    <message>
        <source>block influence %1</source>
        <translation>Einfluss %1</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Sensitivity of %1</source>
        <translation>Sensitivität von %1</translation>
    </message>
    <message>
        <source>MLP units kept</source>
        <translation>behaltene MLP-Einheiten</translation>
    </message>
    <message>
        <source>KV groups kept</source>
        <translation>behaltene KV-Gruppen</translation>
    </message>
    <message>
        <source>bits per weight code</source>
        <translation>Bits je Gewichtscode</translation>
    </message>
    <message>
        <source>This has not been probed yet; probes come last.</source>
        <translation>Das ist noch nicht sondiert; Sondierungen kommen zuletzt.</translation>
    </message>
    <message>
        <source>Removal</source>
        <translation>Abfolge</translation>
    </message>
    <message>
        <source>Partners</source>
        <translation>Partner</translation>
    </message>
    <message>
        <source>Removal: energy, score and redundancy in the order in which units go. Partners: each unit against the unit it is most correlated with; points in the shaded corner lose their partner as well.</source>
        <translation>Abfolge: Energie, Score und Redundanz in der Reihenfolge, in der Einheiten gehen. Partner: jede Einheit gegen die, mit der sie am stärksten korreliert; Punkte in der getönten Ecke verlieren auch ihren Partner.</translation>
    </message>
    <message>
        <source>Width of %1</source>
        <translation>Breite von %1</translation>
    </message>
    <message>
        <source>the draft removes it</source>
        <translation>der Entwurf entfernt sie</translation>
    </message>
    <message>
        <source>the draft keeps it</source>
        <translation>bleibt im Entwurf</translation>
    </message>
    <message>
        <source>goes as number</source>
        <translation>geht als Nummer</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Place in the order of removal.</source>
        <translation>Platz in der Reihenfolge des Entfernens.</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>Mean square of its activity times the squared length of its column of down.</source>
        <translation>Mittleres Quadrat ihrer Aktivität mal Quadrat der Länge ihrer Spalte von down.</translation>
    </message>
    <message>
        <source>mutual information</source>
        <translation>Transinformation</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>closest unit</source>
        <translation>nächste Einheit</translation>
    </message>
    <message>
        <source>The unit it is most correlated with.</source>
        <translation>Die Einheit, mit der sie am stärksten korreliert.</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>%1 of its energy</source>
        <translation>%1 ihrer Energie</translation>
    </message>
    <message>
        <source>What is lost after the remaining units have been refitted: energy · exp(−2 · mutual information).</source>
        <translation>Was verloren bleibt, nachdem die übrigen Einheiten neu angepasst sind: Energie · exp(−2 · Transinformation).</translation>
    </message>
    <message>
        <source>KL when it has gone ○</source>
        <translation>KL, wenn sie fort ist ○</translation>
    </message>
    <message numerus="yes">
        <source>%n units kept</source>
        <translation>
            <numerusform>%n Einheit bleibt</numerusform>
            <numerusform>%n Einheiten bleiben</numerusform>
        </translation>
    </message>
    <message>
        <source>Predicted KL of this layer alone when this unit and all before it have been removed.</source>
        <translation>Vorhergesagte KL dieser Schicht allein, wenn diese Einheit und alle vor ihr entfernt sind.</translation>
    </message>
    <message>
        <source>With all other units, Gaussian: −½ ln(1 − share of its activity that they predict).</source>
        <translation>Mit allen anderen Einheiten, gaußsch: −½ ln(1 − Anteil ihrer Aktivität, den sie vorhersagen).</translation>
    </message>
    <message>
        <source>(none: %1 nat)</source>
        <translation>(keine: %1 nat)</translation>
    </message>
</context>
<context>
    <name>schmidt::Layouts</name>
    <message>
        <source>&amp;Explore</source>
        <translation>&amp;Erkunden</translation>
    </message>
    <message>
        <source>&amp;Tune</source>
        <translation>&amp;Abstimmen</translation>
    </message>
    <message>
        <source>C&amp;ompare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>P&amp;resent</source>
        <translation>&amp;Vorführen</translation>
    </message>
</context>
<context>
    <name>schmidt::LedgerPanel</name>
    <message>
        <source>Ledger</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Load recipe</source>
        <translation>Rezept laden</translation>
    </message>
    <message>
        <source>Put into use</source>
        <translation>Einsetzen</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Zurückrollen</translation>
    </message>
    <message>
        <source>Runs of the project</source>
        <translation>Läufe des Projekts</translation>
    </message>
    <message>
        <source>Selected run</source>
        <translation>Gewählter Lauf</translation>
    </message>
    <message>
        <source>Details of the selected run</source>
        <translation>Einzelheiten des gewählten Laufs</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Prüfprotokoll</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Command: %1</source>
        <translation>Befehl: %1</translation>
    </message>
    <message>
        <source>Engine: %1</source>
        <translation>Engine: %1</translation>
    </message>
    <message>
        <source>Workload: %1</source>
        <translation>Arbeitslast: %1</translation>
    </message>
    <message>
        <source>Finished: %1</source>
        <translation>Beendet: %1</translation>
    </message>
    <message>
        <source>r%1 is now in use.</source>
        <translation>r%1 ist nun im Einsatz.</translation>
    </message>
    <message>
        <source>r%1 is in use again.</source>
        <translation>r%1 ist wieder im Einsatz.</translation>
    </message>
    <message>
        <source>Load recipe of r%1</source>
        <translation>Rezept von r%1 laden</translation>
    </message>
    <message>
        <source>The chain is whole: no entry was changed or removed.</source>
        <translation>Die Kette ist heil: Kein Eintrag wurde geändert oder entfernt.</translation>
    </message>
    <message>
        <source>Filter by name, state, tag or note</source>
        <translation>Nach Name, Zustand, Stichwort oder Notiz filtern</translation>
    </message>
    <message>
        <source>Filter of the runs</source>
        <translation>Filter der Läufe</translation>
    </message>
    <message>
        <source>%1 of %2 runs</source>
        <translation>%1 von %2 Läufen</translation>
    </message>
</context>
<context>
    <name>schmidt::LinePlot</name>
    <message>
        <source>predicted</source>
        <translation>vorhergesagt</translation>
    </message>
</context>
<context>
    <name>schmidt::LogView</name>
    <message>
        <source>All lines</source>
        <translation>Alle Zeilen</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Warnungen und Fehler</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Level of the log</source>
        <translation>Stufe des Protokolls</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copies the lines shown to the clipboard.</source>
        <translation>Kopiert die gezeigten Zeilen in die Zwischenablage.</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Opens the file with the lines of this session.</source>
        <translation>Öffnet die Datei mit den Zeilen dieser Sitzung.</translation>
    </message>
    <message>
        <source>Jobs write here what they do.</source>
        <translation>Hier schreiben Aufträge, was sie tun.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>done after %1 s</source>
        <translation>fertig nach %1 s</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
</context>
<context>
    <name>schmidt::MachineRow</name>
    <message>
        <source>%1 of %2 memory</source>
        <translation>%1 von %2 RAM</translation>
    </message>
    <message>
        <source>%1 memory</source>
        <translation>%1 RAM</translation>
    </message>
    <message>
        <source>%1 of %2 disk</source>
        <translation>%1 von %2 Platte</translation>
    </message>
    <message>
        <source>%1 disk</source>
        <translation>%1 Platte</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Context length for the memory, tokens</source>
        <translation>Kontextlänge für den Speicher, Token</translation>
    </message>
    <message>
        <source>Heal afterwards</source>
        <translation>Danach heilen</translation>
    </message>
    <message>
        <source>Minutes of healing after the compression, 0 is off</source>
        <translation>Minuten Heilung nach der Kompression, 0 ist aus</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>✓ fits: %1</source>
        <translation>✓ passt: %1</translation>
    </message>
    <message>
        <source>✗ does not fit: %1</source>
        <translation>✗ passt nicht: %1</translation>
    </message>
    <message>
        <source>Predicted: weights and key-value cache for the context, and the exported file.</source>
        <translation>Vorhergesagt: Gewichte und Key-Value-Cache für den Kontext sowie die exportierte Datei.</translation>
    </message>
    <message>
        <source>✓ fits</source>
        <translation>✓ passt</translation>
    </message>
    <message>
        <source>Trains the compressed model to repeat the original&apos;s answers for so many minutes. What that is predicted to gain stands below the KL.</source>
        <translation>Trainiert das komprimierte Modell so viele Minuten lang darauf, die Antworten des Originals zu wiederholen. Was das voraussichtlich bringt, steht unter der KL.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
</context>
<context>
    <name>schmidt::MainWindow</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Screens</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;model…</source>
        <translation>&amp;Modell öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>&amp;Projekt öffnen…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+O</source>
        <translation>Ctrl+Shift+O</translation>
    </message>
    <message>
        <source>Open &amp;sample project</source>
        <translation>&amp;Beispielprojekt öffnen</translation>
    </message>
    <message>
        <source>&amp;Close project</source>
        <translation>Projekt s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>B&amp;eenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Goals…</source>
        <translation>&amp;Ziele…</translation>
    </message>
    <message>
        <source>Ctrl+G</source>
        <translation>Ctrl+G</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>Be&amp;fehle…</translation>
    </message>
    <message>
        <source>Ctrl+K</source>
        <translation>Ctrl+K</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Hoher &amp;Kontrast</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>A&amp;usführen</translation>
    </message>
    <message>
        <source>&amp;Analyze</source>
        <translation>&amp;Analysieren</translation>
    </message>
    <message>
        <source>Analyze</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Ctrl+Shift+A</source>
        <translation>Ctrl+Shift+A</translation>
    </message>
    <message>
        <source>&amp;Run recipe</source>
        <translation>&amp;Rezept ausführen</translation>
    </message>
    <message>
        <source>Run recipe</source>
        <translation>Rezept ausführen</translation>
    </message>
    <message>
        <source>Ctrl+R</source>
        <translation>Ctrl+R</translation>
    </message>
    <message>
        <source>&amp;Evaluate runs</source>
        <translation>&amp;Läufe auswerten</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Ctrl+E</source>
        <translation>Ctrl+E</translation>
    </message>
    <message>
        <source>&amp;Measure speed and memory</source>
        <translation>&amp;Tempo und Speicher messen</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Tempo messen</translation>
    </message>
    <message>
        <source>Ctrl+B</source>
        <translation>Ctrl+B</translation>
    </message>
    <message>
        <source>&amp;Cancel all jobs</source>
        <translation>Alle Aufträge ab&amp;brechen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>&amp;Handbuch</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>Handbuch</translation>
    </message>
    <message>
        <source>Open a model or a project first.</source>
        <translation>Öffnen Sie zuerst ein Modell oder ein Projekt.</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors config.json);;All files (*)</source>
        <translation>Modelle (*.gguf *.safetensors config.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>%1 is no project: it has no project.db. Choose a project folder, or open a model to begin one.</source>
        <translation>%1 ist kein Projekt: project.db fehlt. Wählen Sie einen Projektordner, oder öffnen Sie ein Modell, um eines zu beginnen.</translation>
    </message>
    <message>
        <source>The sample project is missing from %1; install the program again.</source>
        <translation>Das Beispielprojekt fehlt in %1; installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>%1 – Schmidt Workbench</source>
        <translation>%1 – Schmidt Workbench</translation>
    </message>
    <message>
        <source>Schmidt Workbench</source>
        <translation>Schmidt Workbench</translation>
    </message>
    <message>
        <source>&amp;Present</source>
        <translation>&amp;Präsentieren</translation>
    </message>
    <message>
        <source>F11</source>
        <translation>F11</translation>
    </message>
    <message>
        <source>&amp;Search best sizes</source>
        <translation>&amp;Beste Größen suchen</translation>
    </message>
    <message>
        <source>A search needs the analysis first; press Analyze.</source>
        <translation>Eine Suche braucht zuerst die Analyse; „Analysieren“ drücken.</translation>
    </message>
    <message>
        <source>Search best sizes</source>
        <translation>Beste Größen suchen</translation>
    </message>
    <message>
        <source>For 15 minutes</source>
        <translation>15 Minuten lang</translation>
    </message>
    <message>
        <source>For 1 hour</source>
        <translation>1 Stunde lang</translation>
    </message>
    <message>
        <source>For 8 hours</source>
        <translation>8 Stunden lang</translation>
    </message>
    <message>
        <source>Drop a model or a project folder anywhere in the window to open it.</source>
        <translation>Ein Modell oder einen Projektordner irgendwo ins Fenster ziehen, um es zu öffnen.</translation>
    </message>
    <message>
        <source>F1 explains the screen, Ctrl+K finds every command.</source>
        <translation>F1 erklärt die Ansicht, Ctrl+K findet jeden Befehl.</translation>
    </message>
    <message>
        <source>Click into the map to choose a matrix; drag the cut line.</source>
        <translation>Ein Klick in die Karte wählt eine Matrix; die Schnittlinie lässt sich ziehen.</translation>
    </message>
    <message>
        <source>Ctrl+Z takes back a whole drag of a slider.</source>
        <translation>Ctrl+Z nimmt einen ganzen Zug am Regler zurück.</translation>
    </message>
    <message>
        <source>A job that was stopped goes on where it stopped.</source>
        <translation>Ein angehaltener Auftrag macht dort weiter, wo er stand.</translation>
    </message>
    <message>
        <source>A difference inside its noise is grey.</source>
        <translation>Ein Unterschied innerhalb seines Rauschens ist grau.</translation>
    </message>
    <message>
        <source>Words written here are kept when the card is made anew.</source>
        <translation>Hier geschriebene Worte bleiben, wenn die Karte neu entsteht.</translation>
    </message>
    <message>
        <source>Click a header to sort; star, tags and note are edited in place.</source>
        <translation>Ein Klick auf den Kopf sortiert; Stern, Schlagworte und Notiz werden an Ort und Stelle bearbeitet.</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>The program did not end properly last time, so it starts in its first layout.</source>
        <translation>Das Programm wurde beim letzten Mal nicht ordentlich beendet und beginnt deshalb in seiner ersten Anordnung.</translation>
    </message>
    <message>
        <source>The program did not end properly last time, so it starts without %1; the draft recipe is kept: open the project from the list of recent ones.</source>
        <translation>Das Programm wurde beim letzten Mal nicht ordentlich beendet und beginnt deshalb ohne %1; der Rezeptentwurf ist erhalten: Öffnen Sie das Projekt aus der Liste der letzten.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Print to PDF</source>
        <translation>Als PDF drucken</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>PDF-Dokumente (*.pdf)</translation>
    </message>
    <message>
        <source>The screen is printed to %1.</source>
        <translation>Die Ansicht ist nach %1 gedruckt.</translation>
    </message>
    <message>
        <source>P&amp;rint to PDF…</source>
        <translation>Als PDF d&amp;rucken…</translation>
    </message>
    <message>
        <source>La&amp;yout</source>
        <translation>A&amp;nordnung</translation>
    </message>
    <message>
        <source>Layout: %1</source>
        <translation>Anordnung: %1</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Ctrl+I</source>
        <translation>Ctrl+I</translation>
    </message>
    <message>
        <source>Ctrl+L</source>
        <translation>Ctrl+L</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <source>Import energy of a &amp;wall meter…</source>
        <translation>Energie eines &amp;Steckdosenmessgeräts einlesen …</translation>
    </message>
    <message>
        <source>Import energy of a wall meter</source>
        <translation>Energie eines Steckdosenmessgeräts einlesen</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt)</source>
        <translation>Tabellen (*.csv *.tsv *.txt)</translation>
    </message>
    <message>
        <source>Import energy</source>
        <translation>Energie einlesen</translation>
    </message>
    <message>
        <source>&amp;Locate model…</source>
        <translation>Modell &amp;suchen…</translation>
    </message>
    <message>
        <source>Locate model</source>
        <translation>Modell suchen</translation>
    </message>
    <message>
        <source>Evaluate &amp;through llama.cpp</source>
        <translation>&amp;Über llama.cpp auswerten</translation>
    </message>
    <message>
        <source>Evaluate through llama.cpp</source>
        <translation>Über llama.cpp auswerten</translation>
    </message>
    <message>
        <source>Measure speed at longer contexts and more te&amp;xts</source>
        <translation>Tempo bei längerem Kontext und mehr Te&amp;xten messen</translation>
    </message>
    <message>
        <source>Measure speed in a sweep</source>
        <translation>Tempo in einer Reihe messen</translation>
    </message>
    <message>
        <source>Measure speed in ONNX Runtime</source>
        <translation>Tempo in ONNX Runtime messen</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, fp32</source>
        <translation>Tempo in der eigenen Engine messen, fp32</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, bf16</source>
        <translation>Tempo in der eigenen Engine messen, bf16</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, 8 bits</source>
        <translation>Tempo in der eigenen Engine messen, 8 Bit</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, 4 bits</source>
        <translation>Tempo in der eigenen Engine messen, 4 Bit</translation>
    </message>
    <message>
        <source>Measure speed in other run&amp;times</source>
        <translation>Tempo in anderen Lauf&amp;zeiten messen</translation>
    </message>
</context>
<context>
    <name>schmidt::Measures</name>
    <message>
        <source>singular values by rank</source>
        <translation>Singulärwerte nach Rang</translation>
    </message>
    <message>
        <source>log₁₀ σ/σ₁ of one matrix per layer, from the largest value to the smallest. A row that stays bright to the right has no small directions to cut.</source>
        <translation>log₁₀ σ/σ₁ einer Matrix je Schicht, vom größten zum kleinsten Wert. Eine Zeile, die nach rechts hell bleibt, hat keine kleinen Richtungen zum Abschneiden.</translation>
    </message>
    <message>
        <source>energy by rank</source>
        <translation>Energie nach Rang</translation>
    </message>
    <message>
        <source>Share of Σσ² kept by the first r values, in the metric of the inputs where it is known.</source>
        <translation>Anteil von Σσ², den die ersten r Werte behalten, in der Metrik der Eingaben, wo diese bekannt ist.</translation>
    </message>
    <message>
        <source>entanglement entropy</source>
        <translation>Verschränkungsentropie</translation>
    </message>
    <message>
        <source>S = −Σ p ln p with p = σ²/Σσ², between the rows and the columns of the matrix.</source>
        <translation>S = −Σ p ln p mit p = σ²/Σσ², zwischen Zeilen und Spalten der Matrix.</translation>
    </message>
    <message>
        <source>effective rank</source>
        <translation>effektiver Rang</translation>
    </message>
    <message>
        <source>exp S: the number of equally strong directions with the same entropy.</source>
        <translation>exp S: die Zahl gleich starker Richtungen mit derselben Entropie.</translation>
    </message>
    <message>
        <source>normalized effective rank</source>
        <translation>normierter effektiver Rang</translation>
    </message>
    <message>
        <source>Effective rank divided by the full rank; 1 means that no direction stands out.</source>
        <translation>Effektiver Rang geteilt durch den vollen Rang; 1 heißt, dass keine Richtung hervorsticht.</translation>
    </message>
    <message>
        <source>participation ratio</source>
        <translation>Partizipationszahl</translation>
    </message>
    <message>
        <source>(Σσ²)²/Σσ⁴: like the effective rank, but dominated by the strongest directions.</source>
        <translation>(Σσ²)²/Σσ⁴: wie der effektive Rang, aber von den stärksten Richtungen bestimmt.</translation>
    </message>
    <message>
        <source>weighted entropy</source>
        <translation>gewichtete Entropie</translation>
    </message>
    <message>
        <source>Entropy of the singular values of W·C½, where C is the second moment of the layer&apos;s inputs on the workload: what the task really uses.</source>
        <translation>Entropie der Singulärwerte von W·C½; C ist das zweite Moment der Eingaben der Schicht auf der Arbeitslast: was die Aufgabe wirklich nutzt.</translation>
    </message>
    <message>
        <source>power-law alpha</source>
        <translation>Potenzgesetz-Alpha</translation>
    </message>
    <message>
        <source>Exponent of the tail of λ = σ². Small values mean heavy tails. Judge it only together with the distance of its fit.</source>
        <translation>Exponent der Flanke von λ = σ². Kleine Werte bedeuten schwere Flanken. Nur zusammen mit dem Abstand der Anpassung zu beurteilen.</translation>
    </message>
    <message>
        <source>spikes above the bulk</source>
        <translation>Spitzen über dem Bulk</translation>
    </message>
    <message>
        <source>Eigenvalues above the upper edge of the fitted Marchenko-Pastur bulk: directions that a random matrix would not have.</source>
        <translation>Eigenwerte über der oberen Kante des angepassten Marchenko-Pastur-Bulks: Richtungen, die eine Zufallsmatrix nicht hätte.</translation>
    </message>
    <message>
        <source>block influence</source>
        <translation>Blockeinfluss</translation>
    </message>
    <message>
        <source>1 − mean cosine between input and output of a block: how much the block changes what passes through it.</source>
        <translation>1 − mittlerer Kosinus zwischen Eingang und Ausgang eines Blocks: wie stark der Block verändert, was ihn durchläuft.</translation>
    </message>
    <message>
        <source>sensitivity (KL)</source>
        <translation>Sensitivität (KL)</translation>
    </message>
    <message>
        <source>Measured KL to the original when one thing in one layer is reduced and nothing else. This is what predictions are made of.</source>
        <translation>Gemessene KL zum Original, wenn nur eines in einer Schicht verkleinert wird und sonst nichts. Daraus entstehen die Vorhersagen.</translation>
    </message>
    <message>
        <source>rank percentile (%)</source>
        <translation>Rangperzentil (%)</translation>
    </message>
    <message>
        <source>MLP %1</source>
        <translation>MLP %1</translation>
    </message>
    <message>
        <source>KV %1</source>
        <translation>KV %1</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>log₁₀ σ/σ₁</source>
        <translation>log₁₀ σ/σ₁</translation>
    </message>
    <message>
        <source>whole block</source>
        <translation>ganzer Block</translation>
    </message>
</context>
<context>
    <name>schmidt::Messages</name>
    <message>
        <source>The target cannot be met; the fastest this recipe is predicted to reach is %1, since a part of every token&apos;s time does not depend on the weights. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>Die Vorgabe ist nicht zu erreichen; das schnellste, was dieses Rezept voraussichtlich erreicht, ist %1, da ein Teil der Zeit jedes Tokens nicht von den Gewichten abhängt. Lösen Sie Schichten, erlauben Sie Breiten je Schicht oder wählen Sie Schemata mit weniger Bits.</translation>
    </message>
    <message>
        <source>The target cannot be met; the least memory this recipe is predicted to need is %1, key-value cache included. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>Die Vorgabe ist nicht zu erreichen; dieses Rezept braucht voraussichtlich mindestens %1 Speicher, Key-Value-Cache eingeschlossen. Lösen Sie Schichten, erlauben Sie Breiten je Schicht oder wählen Sie Schemata mit weniger Bits.</translation>
    </message>
    <message>
        <source>The target cannot be met; the least energy this recipe is predicted to need is %1 J per token. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>Die Vorgabe ist nicht zu erreichen; dieses Rezept braucht voraussichtlich mindestens %1 J je Token. Lösen Sie Schichten, erlauben Sie Breiten je Schicht oder wählen Sie Schemata mit weniger Bits.</translation>
    </message>
    <message>
        <source>The target cannot be met; the smallest this recipe reaches is %1 of the parameters, %2. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>Die Vorgabe ist nicht zu erreichen; am kleinsten wird dieses Rezept mit %1 der Parameter, %2. Lösen Sie Schichten, erlauben Sie Breiten je Schicht oder wählen Sie Schemata mit weniger Bits.</translation>
    </message>
    <message>
        <source>Even without pruning the predicted KL is %1, above the target %2; choose finer schemes or a higher target.</source>
        <translation>Selbst ohne Entfernen ist die vorhergesagte KL %1 und damit über der Vorgabe %2; wählen Sie feinere Schemata oder eine höhere Vorgabe.</translation>
    </message>
    <message>
        <source>Even without pruning the predicted rise of perplexity is %1, above the target %2; choose finer schemes or a higher target.</source>
        <translation>Selbst ohne Entfernen ist der vorhergesagte Anstieg der Perplexität %1 und damit über der Vorgabe %2; wählen Sie feinere Schemata oder eine höhere Vorgabe.</translation>
    </message>
    <message>
        <source>The target cannot be predicted: %1.</source>
        <translation>Die Vorgabe lässt sich nicht vorhersagen: %1.</translation>
    </message>
    <message>
        <source>Layer %1: MLP width %2 is outside 0 to %3; the nearest possible is %4.</source>
        <translation>Schicht %1: Die MLP-Breite %2 liegt außerhalb von 0 bis %3; am nächsten liegt %4.</translation>
    </message>
    <message>
        <source>Layer %1: MLP width %2 is no multiple of 32, so its GGUF keeps down in 16 bits; %3 avoids that.</source>
        <translation>Schicht %1: Die MLP-Breite %2 ist kein Vielfaches von 32, daher hält ihr GGUF down in 16 Bit; %3 vermeidet das.</translation>
    </message>
    <message>
        <source>Layer %1: %2 KV groups is outside 0 to %3.</source>
        <translation>Schicht %1: %2 KV-Gruppen liegen außerhalb von 0 bis %3.</translation>
    </message>
    <message>
        <source>Layer %1 %2: rank %3 is outside 0 to %4.</source>
        <translation>Schicht %1 %2: Der Rang %3 liegt außerhalb von 0 bis %4.</translation>
    </message>
    <message>
        <source>Layer %1 %2: the correction&apos;s rank %3 is outside 0 to %4.</source>
        <translation>Schicht %1 %2: Der Rang %3 der Korrektur liegt außerhalb von 0 bis %4.</translation>
    </message>
    <message>
        <source>Layer %1 %2: only a quantized matrix can be corrected; choose a scheme for it or leave the correction out.</source>
        <translation>Schicht %1 %2: Nur eine quantisierte Matrix lässt sich korrigieren; ein Schema für sie wählen oder die Korrektur weglassen.</translation>
    </message>
    <message>
        <source>Layer %1 %2: with a correction of rank %3 it is no smaller than in 16 bits; choose a lower rank or keep the matrix.</source>
        <translation>Schicht %1 %2: Mit einer Korrektur vom Rang %3 ist sie nicht kleiner als in 16 Bit; einen kleineren Rang wählen oder die Matrix behalten.</translation>
    </message>
    <message>
        <source>Layer %1 %2: rank %3 stores more numbers than the matrix itself; below %4 it gets smaller.</source>
        <translation>Schicht %1 %2: Rang %3 speichert mehr Zahlen als die Matrix selbst; unter %4 wird sie kleiner.</translation>
    </message>
    <message>
        <source>Layer %1 %2: a low-rank matrix cannot be quantized as well; choose one of the two.</source>
        <translation>Schicht %1 %2: Eine Matrix von niedrigem Rang lässt sich nicht auch noch quantisieren; eines von beiden wählen.</translation>
    </message>
    <message>
        <source>Layer %1 %2: its %3 inputs are no multiple of group size %4; group size %5 works.</source>
        <translation>Schicht %1 %2: Ihre %3 Eingänge sind kein Vielfaches der Gruppengröße %4; Gruppengröße %5 passt.</translation>
    </message>
    <message>
        <source>Layer %1 %2: its %3 inputs are no multiple of group size %4; %5 inputs would work.</source>
        <translation>Schicht %1 %2: Ihre %3 Eingänge sind kein Vielfaches der Gruppengröße %4; %5 Eingänge würden passen.</translation>
    </message>
    <message>
        <source>Layer %1 differs in width from layer %2, but the recipe is uniform; make them equal or choose per-layer mode.</source>
        <translation>Schicht %1 hat eine andere Breite als Schicht %2, aber das Rezept ist einheitlich; beide angleichen oder „Je Schicht“ wählen.</translation>
    </message>
    <message>
        <source>No layer keeps its attention, so the model could not see its text; give one a KV group.</source>
        <translation>Keine Schicht behält ihre Attention, das Modell sähe also seinen Text nicht; einer Schicht eine KV-Gruppe lassen.</translation>
    </message>
    <message>
        <source>A vocabulary of %1 tokens is outside %2 (one per byte) to %3; leave it out to keep all.</source>
        <translation>Ein Vokabular von %1 Token liegt außerhalb von %2 (eines je Byte) bis %3; ohne Angabe bleiben alle.</translation>
    </message>
    <message>
        <source>A vocabulary of %1 tokens is no multiple of %2, which runtimes compute fastest; %3 is.</source>
        <translation>Ein Vokabular von %1 Token ist kein Vielfaches von %2, womit Laufzeiten am schnellsten rechnen; %3 ist eines.</translation>
    </message>
    <message>
        <source>The recipe is for %1 layers, the model has %2; make the recipe for this model.</source>
        <translation>Das Rezept ist für %1 Schichten, das Modell hat %2; das Rezept für dieses Modell machen.</translation>
    </message>
    <message>
        <source>A recipe needs at least 1024 calibration tokens.</source>
        <translation>Ein Rezept braucht mindestens 1024 Kalibrierungstoken.</translation>
    </message>
    <message>
        <source>Damping and drift correction of a recipe lie between 0 and 1.</source>
        <translation>Dämpfung und Driftkorrektur eines Rezepts liegen zwischen 0 und 1.</translation>
    </message>
    <message>
        <source>Healing needs limits that are not negative and a learning rate between 0, which leaves it to the program, and 0.01.</source>
        <translation>Heilen braucht Grenzen, die nicht negativ sind, und eine Lernrate zwischen 0, die sie dem Programm überlässt, und 0,01.</translation>
    </message>
    <message>
        <source>The embedding&apos;s %1 inputs are no multiple of group size %2; choose group size 32 or 64.</source>
        <translation>Die %1 Eingänge des Embeddings sind kein Vielfaches der Gruppengröße %2; Gruppengröße 32 oder 64 wählen.</translation>
    </message>
    <message>
        <source>window %1</source>
        <translation>Fenster %1</translation>
    </message>
    <message>
        <source>no overlap</source>
        <translation>ohne Überlappung</translation>
    </message>
    <message>
        <source>no BOS</source>
        <translation>ohne BOS</translation>
    </message>
    <message>
        <source>standard error over %1 windows</source>
        <translation>Standardfehler über %1 Fenster</translation>
    </message>
    <message>
        <source>one window</source>
        <translation>ein Fenster</translation>
    </message>
    <message>
        <source>so no standard error</source>
        <translation>daher kein Standardfehler</translation>
    </message>
    <message>
        <source>median of %1 repetitions</source>
        <translation>Median aus %1 Wiederholungen</translation>
    </message>
    <message>
        <source>%1 x %2 repetitions in fresh processes</source>
        <translation>%1 x %2 Wiederholungen in frischen Prozessen</translation>
    </message>
    <message>
        <source>90th percentile of %1 decoded tokens</source>
        <translation>90. Perzentil von %1 dekodierten Token</translation>
    </message>
    <message>
        <source>keys and values of the whole context</source>
        <translation>Schlüssel und Werte des ganzen Kontexts</translation>
    </message>
    <message>
        <source>largest resident size of the process</source>
        <translation>größte residente Größe des Prozesses</translation>
    </message>
    <message>
        <source>resident size after the runs</source>
        <translation>residente Größe nach den Läufen</translation>
    </message>
    <message>
        <source>largest resident size beyond that without a model</source>
        <translation>größte residente Größe über der ohne Modell hinaus</translation>
    </message>
    <message>
        <source>resident size after the runs beyond that without a model</source>
        <translation>residente Größe nach den Läufen über der ohne Modell hinaus</translation>
    </message>
    <message>
        <source>%1 held-out tokens of the workload</source>
        <translation>%1 zurückgehaltene Token des Workloads</translation>
    </message>
    <message>
        <source>%1 epochs of %2 calibration tokens</source>
        <translation>%1 Epochen von %2 Kalibrierungstoken</translation>
    </message>
    <message>
        <source>counted</source>
        <translation>gezählt</translation>
    </message>
    <message>
        <source>after a prompt of %1 tokens</source>
        <translation>nach einem Prompt von %1 Token</translation>
    </message>
    <message>
        <source>the measured files</source>
        <translation>die gemessenen Dateien</translation>
    </message>
    <message>
        <source>zero-shot log-likelihood</source>
        <translation>Log-Likelihood ohne Beispiele</translation>
    </message>
    <message>
        <source>against the baseline %1 items gained</source>
        <translation>gegen die Basis %1 Aufgaben gewonnen</translation>
    </message>
    <message>
        <source>per token of the baseline</source>
        <translation>je Token der Basis</translation>
    </message>
    <message>
        <source>per own token</source>
        <translation>je eigenem Token</translation>
    </message>
    <message>
        <source>against the baseline restricted to the same %1 tokens</source>
        <translation>gegen die auf dieselben %1 Token beschränkte Basis</translation>
    </message>
    <message>
        <source>the baseline restricted to the same tokens has %1</source>
        <translation>die auf dieselben Token beschränkte Basis hat %1</translation>
    </message>
    <message>
        <source>%1 of its own tokens (%2) for the bytes of %3 of the baseline&apos;s</source>
        <translation>%1 eigene Token (%2) für die Bytes von %3 der Basis</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Byte</translation>
    </message>
    <message>
        <source>%1 lost</source>
        <translation>%1 verloren</translation>
    </message>
    <message>
        <source>%1 epochs of %2 tokens</source>
        <translation>%1 Durchgänge über %2 Token</translation>
    </message>
    <message>
        <source>There is nothing at %1; check the path.</source>
        <translation>Unter %1 ist nichts; prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>%1 is a PyTorch pickle, which can run code when opened; convert the model to safetensors or GGUF.</source>
        <translation>%1 ist ein PyTorch-Pickle, das beim Öffnen Code ausführen kann; wandeln Sie das Modell in safetensors oder GGUF um.</translation>
    </message>
    <message>
        <source>%1 is a diffusion pipeline; only language models are supported.</source>
        <translation>%1 ist eine Diffusions-Pipeline; nur Sprachmodelle werden unterstützt.</translation>
    </message>
    <message>
        <source>%1 holds no model: a folder needs config.json and .safetensors files.</source>
        <translation>%1 enthält kein Modell: Ein Ordner braucht config.json und .safetensors-Dateien.</translation>
    </message>
    <message>
        <source>%1 is neither a GGUF file nor a model folder.</source>
        <translation>%1 ist weder eine GGUF-Datei noch ein Modellordner.</translation>
    </message>
    <message>
        <source>%1 holds no model.safetensors and no shard index; weights in other formats are not read.</source>
        <translation>%1 enthält weder model.safetensors noch ein Verzeichnis der Teile; Gewichte in anderen Formaten werden nicht gelesen.</translation>
    </message>
    <message>
        <source>%1 holds its weights as PyTorch pickles; convert them to safetensors.</source>
        <translation>%1 enthält die Gewichte als PyTorch-Pickles; wandeln Sie sie in safetensors um.</translation>
    </message>
    <message>
        <source>%1 has no config.json; a model folder needs one.</source>
        <translation>%1 hat keine config.json; ein Modellordner braucht eine.</translation>
    </message>
    <message>
        <source>Models of type &quot;%1&quot; are not supported; supported types are %2.</source>
        <translation>Modelle vom Typ &quot;%1&quot; werden nicht unterstützt; unterstützt werden %2.</translation>
    </message>
    <message>
        <source>The shard %1 is missing from %2; copy all shards of the model.</source>
        <translation>Der Teil %1 fehlt in %2; kopieren Sie alle Teile des Modells.</translation>
    </message>
    <message>
        <source>The tensor %1 is missing from %2; the model is incomplete.</source>
        <translation>Der Tensor %1 fehlt in %2; das Modell ist unvollständig.</translation>
    </message>
    <message>
        <source>%1 is empty; it was probably not copied completely.</source>
        <translation>%1 ist leer; vermutlich wurde die Datei nicht ganz kopiert.</translation>
    </message>
    <message>
        <source>%1 ends inside tensor &quot;%2&quot;; it was probably not copied completely.</source>
        <translation>%1 endet mitten im Tensor &quot;%2&quot;; vermutlich wurde die Datei nicht ganz kopiert.</translation>
    </message>
    <message>
        <source>The GGUF file ends inside its header; it was probably not copied completely.</source>
        <translation>Die GGUF-Datei endet in ihrem Kopf; vermutlich wurde sie nicht ganz kopiert.</translation>
    </message>
    <message>
        <source>The GGUF file ends inside tensor &quot;%1&quot;; it was probably not copied completely.</source>
        <translation>Die GGUF-Datei endet mitten im Tensor &quot;%1&quot;; vermutlich wurde sie nicht ganz kopiert.</translation>
    </message>
    <message>
        <source>%1 is no safetensors file, or it is truncated.</source>
        <translation>%1 ist keine safetensors-Datei, oder sie ist abgeschnitten.</translation>
    </message>
    <message>
        <source>Tensor &quot;%1&quot; of %2 holds NaN or infinity; the model is damaged.</source>
        <translation>Der Tensor &quot;%1&quot; von %2 enthält NaN oder Unendlich; das Modell ist beschädigt.</translation>
    </message>
    <message>
        <source>Cannot open %1; check the path and its permissions.</source>
        <translation>%1 lässt sich nicht öffnen; prüfen Sie Pfad und Rechte.</translation>
    </message>
    <message>
        <source>Cannot read %1: there is no such file.</source>
        <translation>%1 lässt sich nicht lesen: Diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>Cannot read %1; check its permissions.</source>
        <translation>%1 lässt sich nicht lesen; prüfen Sie die Rechte.</translation>
    </message>
    <message>
        <source>Cannot create the folder %1; choose a place you may write to.</source>
        <translation>Der Ordner %1 lässt sich nicht anlegen; wählen Sie einen Ort, an dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Cannot create the project folder %1; choose a place you may write to.</source>
        <translation>Der Projektordner %1 lässt sich nicht anlegen; wählen Sie einen Ort, an dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Cannot create %1; choose a place you may write to.</source>
        <translation>%1 lässt sich nicht anlegen; wählen Sie einen Ort, an dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Cannot write %1; choose a place you may write to.</source>
        <translation>%1 lässt sich nicht schreiben; wählen Sie einen Ort, an dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Cannot write %1; the disk may be full or read-only.</source>
        <translation>%1 lässt sich nicht schreiben; vielleicht ist der Datenträger voll oder schreibgeschützt.</translation>
    </message>
    <message>
        <source>Cannot write %1; the disk may be full.</source>
        <translation>%1 lässt sich nicht schreiben; vielleicht ist der Datenträger voll.</translation>
    </message>
    <message>
        <source>The project&apos;s database cannot be written: the disk is full or failing; free space and repeat, nothing was lost.</source>
        <translation>Die Datenbank des Projekts lässt sich nicht schreiben: Der Datenträger ist voll oder fällt aus; schaffen Sie Platz und wiederholen Sie es, nichts ging verloren.</translation>
    </message>
    <message>
        <source>The project cannot be written; check the folder&apos;s permissions or copy the project to a place you may write to.</source>
        <translation>Das Projekt lässt sich nicht schreiben; prüfen Sie die Rechte des Ordners oder kopieren Sie das Projekt an einen Ort, an dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Another process keeps the project&apos;s database locked; wait for it or end it, then repeat.</source>
        <translation>Ein anderer Prozess hält die Datenbank des Projekts gesperrt; warten Sie auf ihn oder beenden Sie ihn, dann wiederholen Sie es.</translation>
    </message>
    <message>
        <source>The project&apos;s database project.db is damaged or is no database; restore it from a copy.</source>
        <translation>Die Datenbank project.db des Projekts ist beschädigt oder keine Datenbank; stellen Sie sie aus einer Kopie wieder her.</translation>
    </message>
    <message>
        <source>The project %1 is open for reading only; open it for writing or copy it to a place you may write to.</source>
        <translation>Das Projekt %1 ist nur zum Lesen geöffnet; öffnen Sie es zum Schreiben oder kopieren Sie es an einen Ort, an dem Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>The project %1 has version %2, this program reads up to version %3; open it with a newer program.</source>
        <translation>Das Projekt %1 hat Version %2, dieses Programm liest bis Version %3; öffnen Sie es mit einem neueren Programm.</translation>
    </message>
    <message>
        <source>The project %1 is about %2; choose a new folder for another model.</source>
        <translation>Das Projekt %1 handelt von %2; wählen Sie für ein anderes Modell einen neuen Ordner.</translation>
    </message>
    <message>
        <source>%1 is not a project: it has no %2; name the folder of a project.</source>
        <translation>%1 ist kein Projekt: Es hat keine %2; nennen Sie den Ordner eines Projekts.</translation>
    </message>
    <message>
        <source>%1 belongs to another program; choose the folder of a project.</source>
        <translation>%1 gehört zu einem anderen Programm; wählen Sie den Ordner eines Projekts.</translation>
    </message>
    <message>
        <source>There is no earlier promoted run to go back to; promote a run first.</source>
        <translation>Es gibt keinen früher eingesetzten Lauf, zu dem es zurückgehen könnte; setzen Sie erst einen Lauf ein.</translation>
    </message>
    <message>
        <source>There is not enough free memory for this job; close other programs or use a smaller model.</source>
        <translation>Für diesen Auftrag ist nicht genug Speicher frei; schließen Sie andere Programme oder nehmen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The process ended before the run was finished; run it again to resume.</source>
        <translation>Der Prozess endete, bevor der Lauf fertig war; starten Sie ihn erneut, dann geht er weiter.</translation>
    </message>
    <message>
        <source>Stopped on request; nothing was left half-written.</source>
        <translation>Auf Wunsch angehalten; nichts blieb halb geschrieben.</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>Öffnen Sie zuerst ein Projekt.</translation>
    </message>
    <message>
        <source>weights and key-value cache for %1 tokens</source>
        <translation>Gewichte und Key-Value-Cache für %1 Token</translation>
    </message>
    <message>
        <source>and what measured runs took beside them</source>
        <translation>und was gemessene Läufe daneben brauchten</translation>
    </message>
    <message>
        <source>buffers were not measured</source>
        <translation>Puffer wurden nicht gemessen</translation>
    </message>
    <message>
        <source>against the baseline restricted to the same tokens</source>
        <translation>gegen die Baseline, auf dieselben Token beschränkt</translation>
    </message>
    <message>
        <source>after healing on %1 tokens</source>
        <translation>nach dem Heilen auf %1 Token</translation>
    </message>
    <message>
        <source>training alone</source>
        <translation>nur das Training</translation>
    </message>
    <message>
        <source>against this program in fp32</source>
        <translation>gegen dieses Programm in fp32</translation>
    </message>
    <message>
        <source>behind %1 tokens</source>
        <translation>hinter %1 Tokens</translation>
    </message>
    <message>
        <source>%1 texts at once</source>
        <translation>%1 Texte auf einmal</translation>
    </message>
    <message>
        <source>tokens of all counted</source>
        <translation>Tokens aller gezählt</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 Threads</translation>
    </message>
    <message>
        <source>Layer %1 %2: bond %3 is outside 0 to %4.</source>
        <translation>Schicht %1 %2: Bond %3 liegt außerhalb von 0 bis %4.</translation>
    </message>
    <message>
        <source>Layer %1 %2: a tensor network cannot be quantized or of low rank as well; choose one.</source>
        <translation>Schicht %1 %2: ein Tensornetz kann nicht auch quantisiert oder von niedrigem Rang sein; eines davon wählen.</translation>
    </message>
    <message>
        <source>Layer %1 %2: bond %3 stores more numbers than the matrix itself; below %4 it gets smaller.</source>
        <translation>Schicht %1 %2: Bond %3 speichert mehr Zahlen als die Matrix selbst; unter %4 wird sie kleiner.</translation>
    </message>
    <message>
        <source>What a tensor network loses is not predicted, so no plan starts from a recipe that holds one; add networks to the finished plan.</source>
        <translation>Was ein Tensornetz verliert, wird nicht vorhergesagt; darum beginnt kein Plan mit einem Rezept, das eines enthält. Netze dem fertigen Plan hinzufügen.</translation>
    </message>
</context>
<context>
    <name>schmidt::Metrics</name>
    <message>
        <source>Bits per byte</source>
        <translation>Bits pro Byte</translation>
    </message>
    <message>
        <source>the analysis did not measure a smaller vocabulary; analyze again</source>
        <translation>die Analyse hat kein kleineres Vokabular gemessen; erneut analysieren</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Mean negative log-likelihood</source>
        <translation>Mittlere negative Log-Likelihood</translation>
    </message>
    <message>
        <source>ln perplexity ratio to the baseline</source>
        <translation>ln des Perplexitätsverhältnisses zur Basis</translation>
    </message>
    <message>
        <source>KL to the baseline, mean</source>
        <translation>KL zur Basis, Mittel</translation>
    </message>
    <message>
        <source>KL to the baseline, median</source>
        <translation>KL zur Basis, Median</translation>
    </message>
    <message>
        <source>KL to the baseline, 99th percentile</source>
        <translation>KL zur Basis, 99. Perzentil</translation>
    </message>
    <message>
        <source>Same most likely token as the baseline</source>
        <translation>Gleiches wahrscheinlichstes Token wie die Basis</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Decoding speed</source>
        <translation>Dekodiertempo</translation>
    </message>
    <message>
        <source>Prompt processing speed</source>
        <translation>Tempo der Eingabeverarbeitung</translation>
    </message>
    <message>
        <source>Time to first token</source>
        <translation>Zeit bis zum ersten Token</translation>
    </message>
    <message>
        <source>Time between tokens, 90th percentile</source>
        <translation>Zeit zwischen Token, 90. Perzentil</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>Resident memory</source>
        <translation>Residenter Speicher</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>Energy per token</source>
        <translation>Energie je Token</translation>
    </message>
    <message>
        <source>Energy per token above idle</source>
        <translation>Energie je Token über dem Leerlauf</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>Dateigröße</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Parameters in blocks</source>
        <translation>Parameter in Blöcken</translation>
    </message>
    <message>
        <source>has no measured size to compare with the baseline</source>
        <translation>hat keine gemessene Größe zum Vergleich mit der Basis</translation>
    </message>
    <message>
        <source>is %1 smaller than the baseline</source>
        <translation>ist %1 kleiner als die Basis</translation>
    </message>
    <message>
        <source>is %1 larger than the baseline</source>
        <translation>ist %1 größer als die Basis</translation>
    </message>
    <message>
        <source>its quality was not measured</source>
        <translation>die Qualität wurde nicht gemessen</translation>
    </message>
    <message>
        <source>predicted KL to it %1</source>
        <translation>vorhergesagte KL zu ihr %1</translation>
    </message>
    <message>
        <source>KL to it %1</source>
        <translation>KL zu ihr %1</translation>
    </message>
    <message>
        <source>no goals are set</source>
        <translation>es sind keine Ziele gesetzt</translation>
    </message>
    <message>
        <source>goals: %1 met, %2 missed, %3 not measured</source>
        <translation>Ziele: %1 erreicht, %2 verfehlt, %3 nicht gemessen</translation>
    </message>
    <message>
        <source>r%1 (%2) %3; %4; %5.</source>
        <translation>r%1 (%2) %3; %4; %5.</translation>
    </message>
    <message>
        <source>Held-out KL before healing</source>
        <translation>KL auf Prüftext vor der Heilung</translation>
    </message>
    <message>
        <source>Held-out KL after healing</source>
        <translation>KL auf Prüftext nach der Heilung</translation>
    </message>
    <message>
        <source>Tokens healed on</source>
        <translation>Zur Heilung gelesene Token</translation>
    </message>
    <message>
        <source>measure the baseline first (bench)</source>
        <translation>erst das Original messen (Tempo messen)</translation>
    </message>
    <message>
        <source>no energy counter was readable when the baseline was measured</source>
        <translation>beim Messen des Originals war kein Energiezähler lesbar</translation>
    </message>
    <message>
        <source>the runs answered at the same time</source>
        <translation>die Läufe antworteten gleichzeitig</translation>
    </message>
    <message>
        <source>no repetition was measured</source>
        <translation>keine Wiederholung wurde gemessen</translation>
    </message>
    <message>
        <source>no decoded token was timed</source>
        <translation>für kein Token wurde die Zeit genommen</translation>
    </message>
    <message>
        <source>the system did not tell it</source>
        <translation>das System gab es nicht preis</translation>
    </message>
    <message>
        <source>no token was scored</source>
        <translation>kein Token wurde bewertet</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>this machine offers no readable energy counter</source>
        <translation>dieser Rechner hat keinen lesbaren Energiezähler</translation>
    </message>
    <message>
        <source>the analysis did not measure layers without attention or MLP; analyze again</source>
        <translation>Schichten ohne Attention oder MLP nicht gemessen; neu analysieren</translation>
    </message>
    <message>
        <source>Healing speed</source>
        <translation>Heilgeschwindigkeit</translation>
    </message>
    <message>
        <source>KL after healing</source>
        <translation>KL nach dem Heilen</translation>
    </message>
    <message>
        <source>a first healed run tells how fast this machine heals</source>
        <translation>ein erster geheilter Lauf zeigt, wie schnell dieser Rechner heilt</translation>
    </message>
    <message numerus="yes">
        <source>behind %n tokens</source>
        <translation>
            <numerusform>hinter %n Token</numerusform>
            <numerusform>hinter %n Tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n texts at once</source>
        <translation>
            <numerusform>%n Text auf einmal</numerusform>
            <numerusform>%n Texte auf einmal</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n Thread</numerusform>
            <numerusform>%n Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>tensor networks are not predicted; Spectra &gt; Bonds tells what each one loses</source>
        <translation>Tensornetze werden nicht vorhergesagt; Spektren &gt; Bonds sagt, was jedes verliert</translation>
    </message>
    <message>
        <source>KL added by the runtime</source>
        <translation>KL, die die Laufzeit beiträgt</translation>
    </message>
</context>
<context>
    <name>schmidt::ModelPanel</name>
    <message>
        <source>Analyze</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Goals</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>Edit goals…</source>
        <translation>Ziele ändern…</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>Nach Name filtern</translation>
    </message>
    <message>
        <source>Filter tensors by name</source>
        <translation>Tensoren nach Name filtern</translation>
    </message>
    <message>
        <source>Tensors of the model</source>
        <translation>Tensoren des Modells</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>Open a model with Ctrl+O.</source>
        <translation>Öffnen Sie ein Modell mit Strg+O.</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>in blocks</source>
        <translation>in Blöcken</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>Hidden-Größe</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>MLP-Breite</translation>
    </message>
    <message>
        <source>Query heads</source>
        <translation>Query-Köpfe</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV-Gruppen</translation>
    </message>
    <message>
        <source>Head size</source>
        <translation>Kopfgröße</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vokabular</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Embeddings</translation>
    </message>
    <message>
        <source>tied to the head</source>
        <translation>mit dem Kopf geteilt</translation>
    </message>
    <message>
        <source>separate head</source>
        <translation>eigener Kopf</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Workload: %1</source>
        <translation>Arbeitslast: %1</translation>
    </message>
    <message>
        <source>No limits are set yet.</source>
        <translation>Noch keine Grenzen gesetzt.</translation>
    </message>
    <message>
        <source>The tensors are listed when the file of the model is there again. Analysis and finished runs can be read without it.</source>
        <translation>Die Tensoren stehen hier, sobald die Datei des Modells wieder da ist. Analyse und fertige Läufe lassen sich auch ohne sie lesen.</translation>
    </message>
    <message>
        <source>Open a model to see its tensors.</source>
        <translation>Öffnen Sie ein Modell, um seine Tensoren zu sehen.</translation>
    </message>
    <message>
        <source>The file of this model is missing.</source>
        <translation>Die Datei dieses Modells fehlt.</translation>
    </message>
    <message>
        <source>Locate model…</source>
        <translation>Modell suchen…</translation>
    </message>
</context>
<context>
    <name>schmidt::Numbers</name>
    <message>
        <source>tok/s</source>
        <translation>tok/s</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>M</source>
        <comment>million</comment>
        <translation>Mio.</translation>
    </message>
</context>
<context>
    <name>schmidt::ParetoPlot</name>
    <message>
        <source>file size (MB)</source>
        <translation>Dateigröße (MB)</translation>
    </message>
    <message>
        <source>KL to the original (nat)</source>
        <translation>KL zum Original (nat)</translation>
    </message>
    <message>
        <source>Size against quality</source>
        <translation>Größe gegen Qualität</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>goal: ≤ %1</source>
        <translation>Ziel: ≤ %1</translation>
    </message>
    <message>
        <source>goal: KL ≤ %1</source>
        <translation>Ziel: KL ≤ %1</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>%1
%2, KL %3 predicted</source>
        <translation>%1
%2, KL %3 vorhergesagt</translation>
    </message>
    <message>
        <source>%1
%2, KL %3 ± %4 measured</source>
        <translation>%1
%2, KL %3 ± %4 gemessen</translation>
    </message>
    <message>
        <source>%1, KL %2 predicted</source>
        <translation>%1, KL %2 vorhergesagt</translation>
    </message>
    <message>
        <source>%1, KL %2 predicted
band %3 to %4
click or drag loads this recipe</source>
        <translation>%1, KL %2 vorhergesagt
Band %3 bis %4
Klicken oder Ziehen lädt dieses Rezept</translation>
    </message>
</context>
<context>
    <name>schmidt::PlotWidget</name>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
</context>
<context>
    <name>schmidt::PresentView</name>
    <message>
        <source>Present mode</source>
        <translation>Präsentation</translation>
    </message>
    <message>
        <source>← → scenes   N notes   Esc leave</source>
        <translation>← → Szenen   N Notizen   Esc beenden</translation>
    </message>
    <message>
        <source>Open a model or the sample project; its scenes appear here.</source>
        <translation>Öffnen Sie ein Modell oder das Beispielprojekt; seine Szenen erscheinen hier.</translation>
    </message>
    <message>
        <source>Singular values over layers</source>
        <translation>Singulärwerte über die Schichten</translation>
    </message>
    <message>
        <source>Goals</source>
        <translation>Ziele</translation>
    </message>
    <message>
        <source>For the speaker</source>
        <translation>Für den Vortrag</translation>
    </message>
    <message>
        <source>Sentence of this scene</source>
        <translation>Satz dieser Szene</translation>
    </message>
    <message>
        <source>Time since the first scene, and when this scene should end.</source>
        <translation>Zeit seit der ersten Szene, und wann diese Szene enden sollte.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Nothing to present yet</source>
        <translation>Noch nichts zu zeigen</translation>
    </message>
    <message>
        <source>MLPs</source>
        <translation>MLPs</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>Attention</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>Parameters by part</source>
        <translation>Parameter je Teil</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>No file has been measured yet.</source>
        <translation>Noch keine Datei wurde gemessen.</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>✓ met</source>
        <translation>✓ erreicht</translation>
    </message>
    <message>
        <source>✗ missed</source>
        <translation>✗ verfehlt</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
</context>
<context>
    <name>schmidt::QueuePanel</name>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>No job has run in this session. Analyze a model or run a recipe, and it appears here.</source>
        <translation>In dieser Sitzung lief noch kein Auftrag. Analysieren Sie ein Modell, oder führen Sie ein Rezept aus; es erscheint hier.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Log of the selected job</source>
        <translation>Protokoll des gewählten Auftrags</translation>
    </message>
    <message>
        <source>The same on the command line</source>
        <translation>Dasselbe auf der Befehlszeile</translation>
    </message>
    <message>
        <source>Command line that repeats the job</source>
        <translation>Befehlszeile, die den Auftrag wiederholt</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Puts a night&apos;s worth of recipes into the queue.</source>
        <translation>Reiht Rezepte für eine ganze Nacht ein.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Resume from “%1”</source>
        <translation>Ab „%1“ fortsetzen</translation>
    </message>
    <message>
        <source>Several recipes…</source>
        <translation>Mehrere Rezepte…</translation>
    </message>
    <message>
        <source>Stops the job where it is; it keeps its memory and goes on when you resume it.</source>
        <translation>Hält den Auftrag an, wo er ist; er behält seinen Speicher und geht weiter, wenn Sie ihn fortsetzen.</translation>
    </message>
    <message>
        <source>Why it failed</source>
        <translation>Warum er fehlschlug</translation>
    </message>
</context>
<context>
    <name>schmidt::RadarPlot</name>
    <message>
        <source>%1, %2: %3 times the baseline</source>
        <translation>%1, %2: %3-mal die Basis</translation>
    </message>
    <message>
        <source>A profile needs three measures of the baseline and a variant; “Evaluate” and “Measure speed” take them.</source>
        <translation>Ein Profil braucht drei Messwerte der Basis und einer Variante; „Auswerten“ und „Tempo messen“ liefern sie.</translation>
    </message>
    <message>
        <source>Profile against the baseline</source>
        <translation>Profil gegen die Basis</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Basis</translation>
    </message>
</context>
<context>
    <name>schmidt::Reasons</name>
    <message>
        <source>the draft removes it</source>
        <translation>der Entwurf entfernt sie</translation>
    </message>
    <message>
        <source>the draft keeps it</source>
        <translation>bleibt im Entwurf</translation>
    </message>
    <message>
        <source>It stands out of what a random matrix would have.</source>
        <translation>Sie ragt über das hinaus, was eine Zufallsmatrix hätte.</translation>
    </message>
    <message>
        <source>A random matrix would have directions as strong as this one.</source>
        <translation>Eine Zufallsmatrix hätte ebenso starke Richtungen.</translation>
    </message>
    <message>
        <source>It is weaker than any direction of a random matrix would be.</source>
        <translation>Sie ist schwächer, als es jede Richtung einer Zufallsmatrix wäre.</translation>
    </message>
    <message>
        <source>above</source>
        <translation>darüber</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>darin</translation>
    </message>
    <message>
        <source>below</source>
        <translation>darunter</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>on your workload</source>
        <translation>auf Ihrem Workload</translation>
    </message>
    <message>
        <source>of the weights</source>
        <translation>der Gewichte</translation>
    </message>
    <message>
        <source>Its σ² over the sum of all, in the metric of the inputs where it is known.</source>
        <translation>Ihr σ² geteilt durch die Summe aller, in der Metrik der Eingaben, wo sie bekannt ist.</translation>
    </message>
    <message>
        <source>lost from here on</source>
        <translation>verloren ab hier</translation>
    </message>
    <message>
        <source>before any refit</source>
        <translation>vor dem Neuanpassen</translation>
    </message>
    <message>
        <source>Energy of this direction and of all behind it: the relative squared error of the matrix&apos;s output when it is cut before this one.</source>
        <translation>Energie dieser Richtung und aller dahinter: der relative quadratische Fehler der Ausgabe der Matrix, wenn vor dieser Richtung geschnitten wird.</translation>
    </message>
    <message>
        <source>σ/σ₁</source>
        <translation>σ/σ₁</translation>
    </message>
    <message>
        <source>shuffled weights %1</source>
        <translation>permutierte Gewichte %1</translation>
    </message>
    <message>
        <source>Singular value of the plain weights beside that of the same weights in random places.</source>
        <translation>Singulärwert der ungewichteten Matrix neben dem derselben Gewichte an zufälligen Plätzen.</translation>
    </message>
    <message>
        <source>σ/σ₁, weighted</source>
        <translation>σ/σ₁, gewichtet</translation>
    </message>
    <message>
        <source>Singular value of W·C½, C = second moment of the inputs on the workload.</source>
        <translation>Singulärwert von W·C½, C = zweites Moment der Eingaben auf dem Workload.</translation>
    </message>
    <message>
        <source>random-matrix bulk</source>
        <translation>Zufallsmatrix-Bulk</translation>
    </message>
    <message>
        <source>fit KS %1</source>
        <translation>KS %1</translation>
    </message>
    <message>
        <source>Direction %1 goes as number %2 of %3</source>
        <translation>Richtung %1 geht als Nummer %2 von %3</translation>
    </message>
    <message>
        <source>%1: it carries %2 of the weights&apos; energy, with all that go before it %3.</source>
        <translation>%1: Sie trägt %2 der Energie der Gewichte, mit allen, die vor ihr gehen, %3.</translation>
    </message>
    <message>
        <source>%1: it carries %2 of what the matrix puts out on your workload, with all that go before it %3.</source>
        <translation>%1: Sie trägt %2 dessen, was die Matrix auf Ihrem Workload ausgibt, mit allen, die vor ihr gehen, %3.</translation>
    </message>
    <message>
        <source>direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Counted from the largest singular value.</source>
        <translation>Vom größten Singulärwert an gezählt.</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>rank %1 of %2</source>
        <translation>Platz %1 von %2</translation>
    </message>
    <message>
        <source>Ranks count from the cheapest layer.</source>
        <translation>Die Plätze zählen von der billigsten Schicht an.</translation>
    </message>
    <message>
        <source>KL at %1 of %2 KV groups ●</source>
        <translation>KL bei %1 von %2 KV-Gruppen ●</translation>
    </message>
    <message>
        <source>KL at %1 units ●</source>
        <translation>KL bei %1 Einheiten ●</translation>
    </message>
    <message>
        <source>without KV group %1</source>
        <translation>ohne KV-Gruppe %1</translation>
    </message>
    <message>
        <source>Share of the attention&apos;s output on your workload that the other groups cannot make up for after a refit. A run that removes several groups chooses each after the one before it is gone.</source>
        <translation>Anteil der Attention-Ausgabe auf Ihrem Workload, den die anderen Gruppen auch nach dem Neuanpassen nicht ersetzen. Ein Lauf, der mehrere Gruppen entfernt, wählt jede, nachdem die vorige gegangen ist.</translation>
    </message>
    <message>
        <source>All heads of this layer read one KV group, which stays.</source>
        <translation>Alle Köpfe dieser Schicht lesen eine KV-Gruppe, und die bleibt.</translation>
    </message>
    <message>
        <source>H%1 goes and stays with KV group %2 (H%3 to H%4), which goes as number %5 of %6: without it %7 of the attention&apos;s output is lost after the refit.</source>
        <translation>H%1 geht und bleibt mit KV-Gruppe %2 (H%3 bis H%4), die als Nummer %5 von %6 geht: Ohne sie fehlen nach dem Neuanpassen %7 der Attention-Ausgabe.</translation>
    </message>
    <message>
        <source>block influence</source>
        <translation>Blockeinfluss</translation>
    </message>
    <message>
        <source>Half of the MLP of %1 costs %2 nat on your workload: number %3 of %4 when the cheapest blocks are narrowed first.</source>
        <translation>Die Hälfte des MLP von %1 kostet auf Ihrem Workload %2 nat: Nummer %3 von %4, wenn die billigsten Blöcke zuerst schmaler werden.</translation>
    </message>
    <message>
        <source>KL at 4 bits ●</source>
        <translation>KL bei 4 Bit ●</translation>
    </message>
    <message>
        <source>kept by the draft</source>
        <translation>im Entwurf behalten</translation>
    </message>
    <message>
        <source>%1 of %2 KV groups</source>
        <translation>KV: %1 von %2</translation>
    </message>
    <message>
        <source>Share of the block&apos;s MLP units, and its KV groups.</source>
        <translation>Anteil der MLP-Einheiten des Blocks, und seine KV-Gruppen.</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeDelegate</name>
    <message>
        <source>Scheme</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>full rank</source>
        <translation>voller Rang</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV-Gruppen</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>MLP-Breite</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeDiffDialog</name>
    <message>
        <source>tokens kept</source>
        <translation>behaltene Token</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>full</source>
        <translation>voll</translation>
    </message>
    <message>
        <source>Differences of recipes</source>
        <translation>Unterschiede von Rezepten</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Recipe to compare with</source>
        <translation>Rezept zum Vergleich</translation>
    </message>
    <message>
        <source>the original</source>
        <translation>dem Original</translation>
    </message>
    <message>
        <source>to the draft</source>
        <translation>zum Entwurf</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>where</source>
        <translation>wo</translation>
    </message>
    <message>
        <source>what</source>
        <translation>was</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>These recipes do the same.</source>
        <translation>Diese Rezepte tun dasselbe.</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>einheitlich</translation>
    </message>
    <message>
        <source>per layer</source>
        <translation>je Schicht</translation>
    </message>
    <message>
        <source>widths</source>
        <translation>Breiten</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>scheme</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>MLP-Breite</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV-Gruppen</translation>
    </message>
    <message>
        <source>scheme of %1</source>
        <translation>Schema von %1</translation>
    </message>
    <message>
        <source>rank of %1</source>
        <translation>Rang von %1</translation>
    </message>
    <message>
        <source>correction of %1</source>
        <translation>Korrektur von %1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>healing</source>
        <translation>Heilung</translation>
    </message>
    <message>
        <source>bond of %1</source>
        <translation>Bond von %1</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeEdits</name>
    <message>
        <source>keep 16 bit</source>
        <translation>16 Bit behalten</translation>
    </message>
    <message>
        <source>Group size %1 does not divide %2 inputs.</source>
        <translation>Gruppengröße %1 teilt %2 Eingänge nicht.</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeModel</name>
    <message>
        <source>Width of %1</source>
        <translation>Breite von %1</translation>
    </message>
    <message numerus="yes">
        <source>Width of %n layers</source>
        <translation>
            <numerusform>Breite von %n Schicht</numerusform>
            <numerusform>Breite von %n Schichten</numerusform>
        </translation>
    </message>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>not locked</source>
        <translation>nicht gesperrt</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>gemischt</translation>
    </message>
    <message>
        <source>Measured KL when this layer&apos;s MLP is halved alone: %1 nat</source>
        <translation>Gemessene KL, wenn nur das MLP dieser Schicht halbiert wird: %1 nat</translation>
    </message>
    <message>
        <source>not probed yet</source>
        <translation>noch nicht sondiert</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>Rang %1</translation>
    </message>
    <message>
        <source>full rank</source>
        <translation>voller Rang</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>MLP kept</source>
        <translation>MLP-Anteil</translation>
    </message>
    <message>
        <source>width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>KV</source>
        <translation>KV</translation>
    </message>
    <message>
        <source>scheme</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>ΔKL ○</source>
        <translation>ΔKL ○</translation>
    </message>
    <message>
        <source>sensitivity ●</source>
        <translation>Sensitivität ●</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>fest</translation>
    </message>
    <message>
        <source>Share of MLP units kept. Drag, or use the arrow keys.</source>
        <translation>Anteil behaltener MLP-Einheiten. Ziehen oder Pfeiltasten benutzen.</translation>
    </message>
    <message>
        <source>MLP units kept, in multiples of 32; rank of a matrix</source>
        <translation>Behaltene MLP-Einheiten in Vielfachen von 32; Rang einer Matrix</translation>
    </message>
    <message>
        <source>Key-value groups kept, each with its query heads</source>
        <translation>Behaltene Key-Value-Gruppen, jede mit ihren Query-Köpfen</translation>
    </message>
    <message>
        <source>How the weights are stored</source>
        <translation>Wie die Gewichte gespeichert werden</translation>
    </message>
    <message>
        <source>The layer&apos;s share of the predicted KL, nat</source>
        <translation>Anteil der Schicht an der vorhergesagten KL, nat</translation>
    </message>
    <message>
        <source>Measured KL when this layer&apos;s MLP is halved alone, nat</source>
        <translation>Gemessene KL, wenn nur das MLP dieser Schicht halbiert wird, nat</translation>
    </message>
    <message>
        <source>Sliders over all layers and the allocation leave a locked layer alone</source>
        <translation>Regler über alle Schichten und die Verteilung lassen eine gesperrte Schicht in Ruhe</translation>
    </message>
    <message>
        <source>Scheme of %1</source>
        <translation>Schema von %1</translation>
    </message>
    <message>
        <source>Rank of %1</source>
        <translation>Rang von %1</translation>
    </message>
    <message>
        <source>Lock %1</source>
        <translation>%1 sperren</translation>
    </message>
    <message>
        <source>Unlock %1</source>
        <translation>%1 entsperren</translation>
    </message>
    <message>
        <source>KV groups of %1</source>
        <translation>KV-Gruppen von %1</translation>
    </message>
    <message>
        <source>Rounded, with a low-rank correction of rank %1</source>
        <translation>Gerundet, mit einer Korrektur vom Rang %1</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n Schicht</numerusform>
            <numerusform>%n Schichten</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore parts of %1</source>
        <translation>Teile von %1 wiederherstellen</translation>
    </message>
    <message>
        <source>Remove parts of %1</source>
        <translation>Teile von %1 entfernen</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>without its MLP: %1 nat</source>
        <translation>ohne ihr MLP: %1 nat</translation>
    </message>
    <message>
        <source>without its attention: %1 nat</source>
        <translation>ohne ihre Attention: %1 nat</translation>
    </message>
    <message>
        <source>Transformer block; open it to see its matrices. Del removes it, the context menu its attention or MLP alone.</source>
        <translation>Transformer-Block; aufklappen zeigt seine Matrizen. Entf entfernt ihn, das Kontextmenü auch nur seine Attention oder sein MLP.</translation>
    </message>
    <message>
        <source>bond %1</source>
        <translation>Bond %1</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipePanel</name>
    <message>
        <source>Vocabulary</source>
        <translation>Vokabular</translation>
    </message>
    <message>
        <source>Tokens kept of the vocabulary</source>
        <translation>Behaltene Token des Vokabulars</translation>
    </message>
    <message>
        <source>The analysis did not look at smaller vocabularies: the tokenizer is no byte-level BPE, or the analysis is older; analyze again.</source>
        <translation>Die Analyse hat kleinere Vokabulare nicht untersucht: Der Tokenizer ist kein BPE auf Byte-Ebene, oder die Analyse ist älter; bitte erneut analysieren.</translation>
    </message>
    <message>
        <source>Keeps the bytes, the special tokens and the words this workload is most likely to need; embedding and head lose the other rows.</source>
        <translation>Behält die Bytes, die Sondertoken und die Wörter, die diese Aufgabe am ehesten braucht; Embedding und Kopf verlieren die übrigen Zeilen.</translation>
    </message>
    <message>
        <source>all tokens</source>
        <translation>alle Token</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>name of the recipe</source>
        <translation>Name des Rezepts</translation>
    </message>
    <message>
        <source>Name of the recipe</source>
        <translation>Name des Rezepts</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>Laden…</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Sichern…</translation>
    </message>
    <message>
        <source>Run recipe</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>gemischt</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>Einheitlich</translation>
    </message>
    <message>
        <source>Per layer</source>
        <translation>Je Schicht</translation>
    </message>
    <message>
        <source>MLP width kept</source>
        <translation>MLP-Breite</translation>
    </message>
    <message>
        <source>MLP width kept in all unlocked layers, percent</source>
        <translation>Behaltene MLP-Breite in allen nicht gesperrten Schichten, Prozent</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>KV-Gruppen</translation>
    </message>
    <message>
        <source>KV groups kept in all unlocked layers</source>
        <translation>Behaltene KV-Gruppen in allen nicht gesperrten Schichten</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Scheme of all unlocked layers</source>
        <translation>Schema aller nicht gesperrten Schichten</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>Scheme of the embedding</source>
        <translation>Schema des Embeddings</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>drag a slider, open a layer for its matrices</source>
        <translation>Regler ziehen, Schicht aufklappen für ihre Matrizen</translation>
    </message>
    <message>
        <source>Size against quality</source>
        <translation>Größe gegen Qualität</translation>
    </message>
    <message>
        <source>Where the loss comes from</source>
        <translation>Woher der Verlust kommt</translation>
    </message>
    <message>
        <source>Width and predicted KL by layer</source>
        <translation>Breite und vorhergesagte KL je Schicht</translation>
    </message>
    <message>
        <source>width kept</source>
        <translation>behaltene Breite</translation>
    </message>
    <message>
        <source>predicted KL</source>
        <translation>vorhergesagte KL</translation>
    </message>
    <message>
        <source>nat</source>
        <translation>nat</translation>
    </message>
    <message>
        <source>Sliders need an analysis</source>
        <translation>Die Regler brauchen eine Analyse</translation>
    </message>
    <message>
        <source>Open spectra</source>
        <translation>Spektren öffnen</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Öffnen Sie zuerst ein Modell.</translation>
    </message>
    <message>
        <source>The analysis is still running. Predictions become possible when its probes are done.</source>
        <translation>Die Analyse läuft noch. Vorhersagen sind möglich, sobald ihre Sondierungen fertig sind.</translation>
    </message>
    <message>
        <source>The analysis measures what each reduction costs; from then on every slider shows its consequences at once.</source>
        <translation>Die Analyse misst, was jede Verkleinerung kostet; danach zeigt jeder Regler seine Folgen sofort.</translation>
    </message>
    <message>
        <source>This recipe changes nothing yet: move a slider or choose a scheme.</source>
        <translation>Dieses Rezept ändert noch nichts: Bewegen Sie einen Regler, oder wählen Sie ein Schema.</translation>
    </message>
    <message>
        <source>Compresses the model with this recipe and measures the result.</source>
        <translation>Komprimiert das Modell mit diesem Rezept und misst das Ergebnis.</translation>
    </message>
    <message numerus="yes">
        <source>(and %n more)</source>
        <translation>
            <numerusform>(und %n weiterer Hinweis)</numerusform>
            <numerusform>(und %n weitere Hinweise)</numerusform>
        </translation>
    </message>
    <message>
        <source>MLP width of all layers</source>
        <translation>MLP-Breite aller Schichten</translation>
    </message>
    <message>
        <source>KV groups of all layers</source>
        <translation>KV-Gruppen aller Schichten</translation>
    </message>
    <message>
        <source>Scheme of all layers</source>
        <translation>Schema aller Schichten</translation>
    </message>
    <message>
        <source>Uniform widths</source>
        <translation>Einheitliche Breiten</translation>
    </message>
    <message>
        <source>Widths per layer</source>
        <translation>Breiten je Schicht</translation>
    </message>
    <message>
        <source>Recipe from the front</source>
        <translation>Rezept von der Front</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>%1 komprimieren</translation>
    </message>
    <message>
        <source>%1 is in the queue.</source>
        <translation>%1 ist in der Warteschlange.</translation>
    </message>
    <message>
        <source>Load recipe</source>
        <translation>Rezept laden</translation>
    </message>
    <message>
        <source>The recipe is for %1 layers, this model has %2; it was not loaded.</source>
        <translation>Das Rezept ist für %1 Schichten, dieses Modell hat %2; es wurde nicht geladen.</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>Rezept sichern</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>%1 gesichert</translation>
    </message>
    <message>
        <source>Undo: %1</source>
        <translation>Rückgängig: %1</translation>
    </message>
    <message>
        <source>Redo: %1</source>
        <translation>Wiederholen: %1</translation>
    </message>
    <message>
        <source>Recipes ▾</source>
        <translation>Rezepte ▾</translation>
    </message>
    <message>
        <source>Presets, recipes of runs, files and differences</source>
        <translation>Vorlagen, Rezepte von Läufen, Dateien und Unterschiede</translation>
    </message>
    <message>
        <source>Original: nothing removed, 16 bit</source>
        <translation>Original: nichts entfernt, 16 Bit</translation>
    </message>
    <message>
        <source>Full width, 8 bit</source>
        <translation>Volle Breite, 8 Bit</translation>
    </message>
    <message>
        <source>Full width, 4 bit</source>
        <translation>Volle Breite, 4 Bit</translation>
    </message>
    <message>
        <source>15 % fewer parameters, 4 bit</source>
        <translation>15 % weniger Parameter, 4 Bit</translation>
    </message>
    <message>
        <source>30 % fewer parameters, 4 bit</source>
        <translation>30 % weniger Parameter, 4 Bit</translation>
    </message>
    <message>
        <source>Recipe of r%1 %2</source>
        <translation>Rezept von r%1 %2</translation>
    </message>
    <message>
        <source>Differences…</source>
        <translation>Unterschiede…</translation>
    </message>
    <message>
        <source>○ predicted  ● measured</source>
        <translation>○ Prognose  ● Messung</translation>
    </message>
    <message>
        <source>brighter = more KL</source>
        <translation>heller = mehr KL</translation>
    </message>
    <message>
        <source>Allocate: %1</source>
        <translation>Verteilen: %1</translation>
    </message>
    <message>
        <source>History of edits</source>
        <translation>Verlauf der Änderungen</translation>
    </message>
    <message>
        <source>No edit yet</source>
        <translation>Noch keine Änderung</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message numerus="yes">
        <source>Click or drag along the dashed line to load its recipe. The band comes from %n measured recipes of this model: × or ÷ %1.</source>
        <translation>
            <numerusform>Klicken oder Ziehen auf der gestrichelten Linie lädt ihr Rezept. Das Band stammt aus %n gemessenen Rezept dieses Modells: × oder ÷ %1.</numerusform>
            <numerusform>Klicken oder Ziehen auf der gestrichelten Linie lädt ihr Rezept. Das Band stammt aus %n gemessenen Rezepten dieses Modells: × oder ÷ %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Click or drag along the dashed line to load its recipe. Uncalibrated: fewer than three recipes of this model have been measured.</source>
        <translation>Klicken oder Ziehen auf der gestrichelten Linie lädt ihr Rezept. Nicht kalibriert: Von diesem Modell sind weniger als drei Rezepte gemessen.</translation>
    </message>
    <message>
        <source>The draft is already the best recipe for this target.</source>
        <translation>Der Entwurf ist für diese Vorgabe schon das beste Rezept.</translation>
    </message>
    <message>
        <source>Correction</source>
        <translation>Korrektur</translation>
    </message>
    <message>
        <source>Rank of the corrections of quantized matrices</source>
        <translation>Rang der Korrekturen quantisierter Matrizen</translation>
    </message>
    <message>
        <source>What rounding takes from a matrix, approximated by two thin factors in 16 bits that are stored beside it. In GGUF files and folders they are a LoRA adapter. The predicted KL counts them once a run has shown what they gain.</source>
        <translation>Was das Runden einer Matrix nimmt, angenähert durch zwei schmale Faktoren in 16 Bit, die daneben gespeichert werden. In GGUF-Dateien und Ordnern sind sie ein LoRA-Adapter. Die vorhergesagte KL zählt sie, sobald ein Lauf gezeigt hat, was sie bringen.</translation>
    </message>
    <message>
        <source>Only quantized matrices can be corrected: choose a scheme first.</source>
        <translation>Nur quantisierte Matrizen lassen sich korrigieren: zuerst ein Schema wählen.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>Rang %1</translation>
    </message>
    <message>
        <source>Healing</source>
        <translation>Heilen</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeTree</name>
    <message>
        <source>Recipe by layer</source>
        <translation>Rezept je Schicht</translation>
    </message>
    <message>
        <source>Remove MLP</source>
        <translation>MLP entfernen</translation>
    </message>
    <message>
        <source>Restore MLP</source>
        <translation>MLP wiederherstellen</translation>
    </message>
    <message>
        <source>Remove attention</source>
        <translation>Attention entfernen</translation>
    </message>
    <message>
        <source>Restore attention</source>
        <translation>Attention wiederherstellen</translation>
    </message>
    <message>
        <source>Remove block</source>
        <translation>Block entfernen</translation>
    </message>
    <message>
        <source>Restore block</source>
        <translation>Block wiederherstellen</translation>
    </message>
</context>
<context>
    <name>schmidt::RunTableModel</name>
    <message>
        <source>Star</source>
        <translation>★</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>KL, nat</source>
        <translation>KL, nat</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
</context>
<context>
    <name>schmidt::Scene</name>
    <message>
        <source>The model</source>
        <translation>Das Modell</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>as a file in 16 bit</source>
        <translation>als Datei in 16 Bit</translation>
    </message>
    <message>
        <source>%1 keeps %2 of its parameters in its layers; that is where it can shrink.</source>
        <translation>%1 hält %2 seiner Parameter in den Schichten; dort kann es kleiner werden.</translation>
    </message>
    <message>
        <source>Say what the model is used for (workload: %1) and what limits it today: memory, speed or cost.</source>
        <translation>Sagen Sie, wofür das Modell dient (Aufgabe: %1) und was es heute begrenzt: Speicher, Tempo oder Kosten.</translation>
    </message>
    <message>
        <source>What the spectra say</source>
        <translation>Was die Spektren sagen</translation>
    </message>
    <message>
        <source>of the directions of a matrix carry its work</source>
        <translation>der Richtungen einer Matrix tragen ihre Arbeit</translation>
    </message>
    <message>
        <source>of a unit&apos;s activity follows from the others</source>
        <translation>der Aktivität einer Einheit folgen aus den anderen</translation>
    </message>
    <message>
        <source>tokens of the workload were read</source>
        <translation>Token der Aufgabe wurden gelesen</translation>
    </message>
    <message>
        <source>On “%1”, %2 of a matrix&apos;s directions do the work: the rest is correlation that a smaller matrix can carry.</source>
        <translation>Auf „%1“ tun %2 der Richtungen einer Matrix die Arbeit: der Rest ist Korrelation, die auch eine kleinere Matrix trägt.</translation>
    </message>
    <message>
        <source>Rows are layers, the left edge is the strongest direction. Dark on the right means: little is lost there. Point out one layer that differs from its neighbours.</source>
        <translation>Zeilen sind Schichten, links steht die stärkste Richtung. Dunkel rechts heißt: dort geht wenig verloren. Zeigen Sie eine Schicht, die von ihren Nachbarn abweicht.</translation>
    </message>
    <message>
        <source>Predicted, then measured</source>
        <translation>Vorhergesagt, dann gemessen</translation>
    </message>
    <message>
        <source>KL predicted</source>
        <translation>KL vorhergesagt</translation>
    </message>
    <message>
        <source>KL measured</source>
        <translation>KL gemessen</translation>
    </message>
    <message>
        <source>band that 90 % of recipes keep to</source>
        <translation>Band, das 90 % der Rezepte einhalten</translation>
    </message>
    <message>
        <source>What the sliders promised for %1 is what was measured: inside the band.</source>
        <translation>Was die Regler für %1 versprachen, wurde gemessen: innerhalb des Bandes.</translation>
    </message>
    <message>
        <source>For %1 the measurement lies outside the predicted band; the next predictions learn from it.</source>
        <translation>Für %1 liegt die Messung außerhalb des vorhergesagten Bandes; die nächsten Vorhersagen lernen daraus.</translation>
    </message>
    <message>
        <source>The dashed line is every size the sliders can reach with this recipe&apos;s schemes, before anything is computed; solid markers were run. The number predicted here learned from all runs but this one.</source>
        <translation>Die gestrichelte Linie zeigt jede Größe, die die Regler mit den Schemata dieses Rezepts erreichen, bevor etwas gerechnet wird; gefüllte Marken wurden gerechnet. Die vorhergesagte Zahl hat hier aus allen Läufen außer diesem gelernt.</translation>
    </message>
    <message>
        <source>Original and variant</source>
        <translation>Original und Variante</translation>
    </message>
    <message>
        <source>file, now %1</source>
        <translation>Datei, jetzt %1</translation>
    </message>
    <message>
        <source>decoding speed</source>
        <translation>Dekodiertempo</translation>
    </message>
    <message>
        <source>KL to the original</source>
        <translation>KL zum Original</translation>
    </message>
    <message>
        <source>%1 is in use instead of the original.</source>
        <translation>%1 ist statt des Originals im Einsatz.</translation>
    </message>
    <message>
        <source>Open Compare (Ctrl+5) afterwards for every measure with its uncertainty, and Chat there for answers side by side.</source>
        <translation>Danach zeigt „Vergleich“ (Strg+5) jede Größe mit ihrer Unsicherheit und „Chat“ die Antworten nebeneinander.</translation>
    </message>
    <message>
        <source>The goals</source>
        <translation>Die Ziele</translation>
    </message>
    <message>
        <source>met</source>
        <translation>erreicht</translation>
    </message>
    <message>
        <source>missed</source>
        <translation>verfehlt</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>%1 meets every goal of the project.</source>
        <translation>%1 erreicht jedes Ziel des Projekts.</translation>
    </message>
    <message>
        <source>%1 meets %2 of %3 goals; the rest says what to do next.</source>
        <translation>%1 erreicht %2 von %3 Zielen; der Rest sagt, was als Nächstes zu tun ist.</translation>
    </message>
    <message>
        <source>Only measured values count. Ask whether a missed limit or the recipe should give way.</source>
        <translation>Nur Gemessenes zählt. Fragen Sie, ob eine verfehlte Grenze oder das Rezept nachgeben soll.</translation>
    </message>
    <message>
        <source>What they answer</source>
        <translation>Was sie antworten</translation>
    </message>
    <message>
        <source>the original writes</source>
        <translation>schreibt das Original</translation>
    </message>
    <message>
        <source>%1 writes</source>
        <translation>schreibt %1</translation>
    </message>
    <message>
        <source>of all tokens come out the same</source>
        <translation>aller Token kommen gleich heraus</translation>
    </message>
    <message>
        <source>Both were asked: “%1”</source>
        <translation>Beide wurden gefragt: „%1“</translation>
    </message>
    <message>
        <source>Read both answers aloud. Ask your own question in Compare &gt; Chat, blind if the guests should choose.</source>
        <translation>Lesen Sie beide Antworten vor. Fragen Sie selbst unter Vergleich &gt; Chat, blind, wenn die Gäste wählen sollen.</translation>
    </message>
</context>
<context>
    <name>schmidt::SpectraPanel</name>
    <message>
        <source>Spectra</source>
        <translation>Spektren</translation>
    </message>
    <message>
        <source>Matrix %1</source>
        <translation>Matrix %1</translation>
    </message>
    <message>
        <source>Measure shown by the map</source>
        <translation>Größe, die die Heatmap zeigt</translation>
    </message>
    <message>
        <source>Analyze again</source>
        <translation>Neu analysieren</translation>
    </message>
    <message>
        <source>Measures spectra, units and sensitivities on the chosen workload.</source>
        <translation>Misst Spektren, Einheiten und Sensitivitäten auf der gewählten Arbeitslast.</translation>
    </message>
    <message>
        <source>Nothing has been analyzed yet</source>
        <translation>Noch nichts analysiert</translation>
    </message>
    <message>
        <source>Analyze</source>
        <translation>Analysieren</translation>
    </message>
    <message>
        <source>Where the model keeps its correlations</source>
        <translation>Wo das Modell seine Korrelationen hält</translation>
    </message>
    <message>
        <source>Map over layers</source>
        <translation>Heatmap über die Schichten</translation>
    </message>
    <message>
        <source>Keep this rank</source>
        <translation>Rang behalten</translation>
    </message>
    <message>
        <source>Puts the rank of the cut line into the draft recipe. A low-rank matrix cannot be quantized as well.</source>
        <translation>Übernimmt den Rang der Schnittlinie in den Rezeptentwurf. Eine Matrix von niedrigem Rang lässt sich nicht auch noch quantisieren.</translation>
    </message>
    <message>
        <source>The analysis is in the queue; spectra appear here as they are computed.</source>
        <translation>Die Analyse ist in der Warteschlange; Spektren erscheinen hier, sobald sie berechnet sind.</translation>
    </message>
    <message>
        <source>Open a model first; then its spectra can be computed.</source>
        <translation>Öffnen Sie zuerst ein Modell; dann lassen sich seine Spektren berechnen.</translation>
    </message>
    <message>
        <source>The analysis decomposes every weight matrix, measures how the units of each layer depend on each other on your workload, and probes what each reduction costs. Spectra come first, after a few seconds.</source>
        <translation>Die Analyse zerlegt jede Gewichtsmatrix, misst, wie die Einheiten jeder Schicht auf Ihrer Arbeitslast voneinander abhängen, und sondiert, was jede Verkleinerung kostet. Die Spektren kommen zuerst, nach wenigen Sekunden.</translation>
    </message>
    <message>
        <source> · still being analyzed</source>
        <translation> · Analyse läuft noch</translation>
    </message>
    <message>
        <source>%1, %2 tokens%3</source>
        <translation>%1, %2 Token%3</translation>
    </message>
    <message>
        <source>The text that the statistics and weighted spectra are of.</source>
        <translation>Der Text, von dem die Statistiken und gewichteten Spektren stammen.</translation>
    </message>
    <message>
        <source>Not measured yet; it appears here as the analysis goes on.</source>
        <translation>Noch nicht gemessen; es erscheint hier im Lauf der Analyse.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>This matrix has not been decomposed yet.</source>
        <translation>Diese Matrix ist noch nicht zerlegt.</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 of full</source>
        <translation>%1 des vollen</translation>
    </message>
    <message>
        <source>entropy S</source>
        <translation>Entropie S</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>of at most %1</source>
        <translation>von höchstens %1</translation>
    </message>
    <message>
        <source>effective rank</source>
        <translation>effektiver Rang</translation>
    </message>
    <message>
        <source>participation ratio</source>
        <translation>Partizipationszahl</translation>
    </message>
    <message>
        <source>weighted entropy</source>
        <translation>gewichtete Entropie</translation>
    </message>
    <message>
        <source>spikes above the bulk</source>
        <translation>Spitzen über dem Bulk</translation>
    </message>
    <message>
        <source>power-law alpha</source>
        <translation>Potenzgesetz-Alpha</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>no tail to fit</source>
        <translation>keine Flanke anzupassen</translation>
    </message>
    <message numerus="yes">
        <source>%n eigenvalues lie in the window.</source>
        <translation>
            <numerusform>%n Eigenwert liegt im Fenster.</numerusform>
            <numerusform>%n Eigenwerte liegen im Fenster.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 × %2, two factors store %3 of it</source>
        <translation>%1 × %2, zwei Faktoren speichern %3 davon</translation>
    </message>
    <message>
        <source>%1 × %2, two factors would store more than the matrix</source>
        <translation>%1 × %2, zwei Faktoren bräuchten mehr als die Matrix</translation>
    </message>
    <message>
        <source>Rank %1 for %2 %3</source>
        <translation>Rang %1 für %2 %3</translation>
    </message>
    <message>
        <source>The draft keeps rank %1 of %2 %3.</source>
        <translation>Der Entwurf behält Rang %1 von %2 %3.</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>No unit is chosen: click one in the plot of units.</source>
        <translation>Keine Einheit gewählt: klicken Sie eine im Bild der Einheiten an.</translation>
    </message>
    <message>
        <source>eff. rank %1</source>
        <translation>eff. Rang %1</translation>
    </message>
    <message>
        <source>fit KS %1</source>
        <translation>KS %1</translation>
    </message>
    <message>
        <source>The window is λ in %1 … %2.</source>
        <translation>Das Fenster ist λ in %1 … %2.</translation>
    </message>
    <message>
        <source>Correlations</source>
        <translation>Korrelationen</translation>
    </message>
    <message>
        <source>Bonds</source>
        <translation>Bonds</translation>
    </message>
    <message>
        <source>Spectra of matrices; who knows what about whom; a matrix as a product of two sites.</source>
        <translation>Spektren der Matrizen; wer was über wen weiß; eine Matrix als Produkt zweier Plätze.</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>The cut line keeps every direction: drag it to see what one carries.</source>
        <translation>Die Schnittlinie behält jede Richtung: Ziehen zeigt, was eine trägt.</translation>
    </message>
</context>
<context>
    <name>schmidt::SpectrumPlot</name>
    <message>
        <source>rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>σ / σ₁</source>
        <translation>σ / σ₁</translation>
    </message>
    <message>
        <source>energy kept</source>
        <translation>behaltene Energie</translation>
    </message>
    <message>
        <source>Singular values with cut line</source>
        <translation>Singulärwerte mit Schnittlinie</translation>
    </message>
    <message>
        <source>Rank %1 of %2, energy %3</source>
        <translation>Rang %1 von %2, Energie %3</translation>
    </message>
    <message>
        <source>random-matrix bulk, fit KS %1</source>
        <translation>Zufallsmatrix-Bulk, KS %1</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>shuffled</source>
        <translation>permutiert</translation>
    </message>
    <message>
        <source>activation-weighted</source>
        <translation>aktivierungsgewichtet</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>ungewichtet</translation>
    </message>
    <message>
        <source>keep %1 of %2 · energy %3</source>
        <translation>behalte %1 von %2 · Energie %3</translation>
    </message>
    <message>
        <source>rank %1
σ %2</source>
        <translation>Rang %1
σ %2</translation>
    </message>
    <message>
        <source>
weighted %1</source>
        <translation>
gewichtet %1</translation>
    </message>
    <message>
        <source>
shuffled %1</source>
        <translation>
permutiert %1</translation>
    </message>
    <message>
        <source>
energy %1</source>
        <translation>
Energie %1</translation>
    </message>
</context>
<context>
    <name>schmidt::StartPage</name>
    <message>
        <source>Schmidt Workbench</source>
        <translation>Schmidt Workbench</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>A GGUF file or a Hugging Face folder. Only headers are read, so any size opens at once.</source>
        <translation>Eine GGUF-Datei oder ein Hugging-Face-Ordner. Nur Kopfdaten werden gelesen, daher öffnet jede Größe sofort.</translation>
    </message>
    <message>
        <source>Open model…</source>
        <translation>Modell öffnen…</translation>
    </message>
    <message>
        <source>Look around</source>
        <translation>Umsehen</translation>
    </message>
    <message>
        <source>A finished project of a small model, made by this program: spectra, recipes, runs.</source>
        <translation>Ein fertiges Projekt eines kleinen Modells, mit diesem Programm erstellt: Spektren, Rezepte, Läufe.</translation>
    </message>
    <message>
        <source>Open sample</source>
        <translation>Beispiel öffnen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>A project folder keeps the analysis, the recipes and every run.</source>
        <translation>Ein Projektordner bewahrt die Analyse, die Rezepte und jeden Lauf.</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>Projekt öffnen…</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>Letzte Projekte</translation>
    </message>
    <message>
        <source>None yet.</source>
        <translation>Noch keine.</translation>
    </message>
    <message>
        <source>See how correlated the parts of a language model are, remove what your task does not need, and compare before you ship.</source>
        <translation>Sehen, wie eng die Teile eines Sprachmodells zusammenhängen, entfernen, was die Aufgabe nicht braucht, und vergleichen, bevor es ausgeliefert wird.</translation>
    </message>
    <message>
        <source>From a model to a smaller one</source>
        <translation>Vom Modell zum kleineren Modell</translation>
    </message>
    <message>
        <source>1  Say what it is for</source>
        <translation>1  Zweck nennen</translation>
    </message>
    <message>
        <source>Choose a workload or your own text, and limits for size, speed and quality.</source>
        <translation>Eine Aufgabe oder eigenen Text wählen, dazu Grenzen für Größe, Tempo und Qualität.</translation>
    </message>
    <message>
        <source>2  See what hangs together</source>
        <translation>2  Hinschauen</translation>
    </message>
    <message>
        <source>The analysis shows which directions, units and heads repeat what others say.</source>
        <translation>Die Analyse zeigt, welche Richtungen, Einheiten und Köpfe wiederholen, was andere sagen.</translation>
    </message>
    <message>
        <source>3  Drag until it fits</source>
        <translation>3  Regler ziehen</translation>
    </message>
    <message>
        <source>Size, quality, speed and memory are predicted while you move the sliders.</source>
        <translation>Größe, Qualität, Tempo und Speicher werden vorhergesagt, während Sie die Regler bewegen.</translation>
    </message>
    <message>
        <source>4  Run and compare</source>
        <translation>4  Vergleichen</translation>
    </message>
    <message>
        <source>Measured beside the original: numbers, answers, token by token.</source>
        <translation>Gemessen neben dem Original: Zahlen, Antworten, Token für Token.</translation>
    </message>
    <message>
        <source>5  Hand it over</source>
        <translation>5  Weitergeben</translation>
    </message>
    <message>
        <source>Files that PyTorch, llama.cpp and ONNX Runtime open, with a model card.</source>
        <translation>Dateien, die PyTorch, llama.cpp und ONNX Runtime öffnen, mit Modellkarte.</translation>
    </message>
</context>
<context>
    <name>schmidt::TargetRow</name>
    <message>
        <source>Target</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Kind of target</source>
        <translation>Art der Vorgabe</translation>
    </message>
    <message>
        <source>parameters kept</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>size at most</source>
        <translation>Größe max.</translation>
    </message>
    <message>
        <source>KL at most</source>
        <translation>KL max.</translation>
    </message>
    <message>
        <source>perplexity rise at most</source>
        <translation>Perplexität max. +</translation>
    </message>
    <message>
        <source>speed at least</source>
        <translation>Tempo min.</translation>
    </message>
    <message>
        <source>memory at most</source>
        <translation>Speicher max.</translation>
    </message>
    <message>
        <source>energy at most</source>
        <translation>Energie max.</translation>
    </message>
    <message>
        <source> nat</source>
        <translation> nat</translation>
    </message>
    <message>
        <source> tok/s</source>
        <translation> tok/s</translation>
    </message>
    <message>
        <source> J/tok</source>
        <translation> J/Token</translation>
    </message>
    <message>
        <source>Target value</source>
        <translation>Wert der Vorgabe</translation>
    </message>
    <message>
        <source>bits too</source>
        <translation>auch Bits</translation>
    </message>
    <message>
        <source>Each layer also chooses between 16, 8 and 4 bits.</source>
        <translation>Jede Schicht wählt auch zwischen 16, 8 und 4 Bit.</translation>
    </message>
    <message>
        <source>Allocate</source>
        <translation>Verteilen</translation>
    </message>
    <message>
        <source>Finds the widths and KV groups with the smallest predicted KL under the target.</source>
        <translation>Findet die Breiten und KV-Gruppen mit der kleinsten vorhergesagten KL unter dem Ziel.</translation>
    </message>
</context>
<context>
    <name>schmidt::TensorTableModel</name>
    <message>
        <source>Tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Shape [out × in]</source>
        <translation>Form [aus × ein]</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Elements</source>
        <translation>Elemente</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
</context>
<context>
    <name>schmidt::TokenDetail</name>
    <message>
        <source>Choose a token of the text: click it, use the arrow keys, or go to the worst with F8.</source>
        <translation>Wählen Sie ein Token des Textes: mit der Maus, den Pfeiltasten, oder das schlechteste mit F8.</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>Likeliest tokens of the baseline</source>
        <translation>Wahrscheinlichste Token der Basis</translation>
    </message>
    <message>
        <source>✓ the text goes on with it   = the other model lists it too</source>
        <translation>✓ so geht der Text weiter   = auch in der anderen Liste</translation>
    </message>
    <message>
        <source>Likeliest tokens of %1</source>
        <translation>Wahrscheinlichste Token von %1</translation>
    </message>
    <message>
        <source>Token %1, %2: KL %3 nat, place %4 of %5</source>
        <translation>Token %1, %2: KL %3 nat, Platz %4 von %5</translation>
    </message>
    <message>
        <source>Probability p of the token that really follows, and −ln p.</source>
        <translation>Wahrscheinlichkeit p des Tokens, das wirklich folgt, und −ln p.</translation>
    </message>
    <message>
        <source>real token: %1 (%2 nat)</source>
        <translation>echtes Token: %1 (%2 nat)</translation>
    </message>
</context>
<context>
    <name>schmidt::TokenLegend</name>
    <message>
        <source>Meaning of the backgrounds</source>
        <translation>Bedeutung der Hintergründe</translation>
    </message>
    <message>
        <source>%1 nat and more</source>
        <translation>%1 nat und mehr</translation>
    </message>
    <message>
        <source>the models put different tokens first</source>
        <translation>die Modelle setzen verschiedene Token an die Spitze</translation>
    </message>
    <message>
        <source>KL %1</source>
        <translation>KL %1</translation>
    </message>
</context>
<context>
    <name>schmidt::TokenStrip</name>
    <message>
        <source>Token %1, “%2”, KL %3 nat</source>
        <translation>Token %1, „%2“, KL %3 nat</translation>
    </message>
</context>
<context>
    <name>schmidt::TokensView</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>read by both models, each token predicted from the true text before it</source>
        <translation>von beiden Modellen gelesen, jedes Token aus dem wahren Text davor vorhergesagt</translation>
    </message>
    <message>
        <source>Run compared with the baseline</source>
        <translation>Lauf, der mit der Basis verglichen wird</translation>
    </message>
    <message>
        <source>Text to read</source>
        <translation>Zu lesender Text</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Token</translation>
    </message>
    <message>
        <source>Tokens at most</source>
        <translation>Höchstzahl der Token</translation>
    </message>
    <message>
        <source>Compare tokens</source>
        <translation>Token vergleichen</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Eigener Text</translation>
    </message>
    <message>
        <source>Type or paste a text of the kind this model will see</source>
        <translation>Schreiben oder fügen Sie einen Text ein, wie ihn dieses Modell sehen wird</translation>
    </message>
    <message>
        <source>KL of every token</source>
        <translation>KL jedes Tokens</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>Voriges</translation>
    </message>
    <message>
        <source>To the token with the next larger KL (Shift+F8)</source>
        <translation>Zum Token mit der nächstgrößeren KL (Umschalt+F8)</translation>
    </message>
    <message>
        <source>Next worst</source>
        <translation>Nächstschlechtestes</translation>
    </message>
    <message>
        <source>To the token with the next smaller KL, at first to the largest (F8)</source>
        <translation>Zum Token mit der nächstkleineren KL, zuerst zur größten (F8)</translation>
    </message>
    <message>
        <source>Text with the KL of every token</source>
        <translation>Text mit der KL jedes Tokens</translation>
    </message>
    <message>
        <source>What both models expected</source>
        <translation>Was beide Modelle erwarteten</translation>
    </message>
    <message>
        <source>Where the models part</source>
        <translation>Wo sich die Modelle trennen</translation>
    </message>
    <message>
        <source>distance of the residual streams after each layer, relative to the baseline&apos;s length</source>
        <translation>Abstand der Residualströme nach jeder Schicht, relativ zur Länge der Basis</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Distance from which the models count as parted</source>
        <translation>Abstand, ab dem die Modelle als getrennt gelten</translation>
    </message>
    <message>
        <source>Spectra of this layer</source>
        <translation>Spektren dieser Schicht</translation>
    </message>
    <message>
        <source>Distance of the residual streams over layers and tokens</source>
        <translation>Abstand der Residualströme über Schichten und Token</translation>
    </message>
    <message>
        <source>r%1 %2</source>
        <translation>r%1 %2</translation>
    </message>
    <message>
        <source>Passage %1: %2</source>
        <translation>Passage %1: %2</translation>
    </message>
    <message>
        <source>Passage %1 of workload %2</source>
        <translation>Passage %1 der Arbeitslast %2</translation>
    </message>
    <message>
        <source>File %1</source>
        <translation>Datei %1</translation>
    </message>
    <message>
        <source>Compare tokens of %1</source>
        <translation>Token von %1 vergleichen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>The weights of this run or the model are not on this machine.</source>
        <translation>Die Gewichte dieses Laufs oder das Modell sind nicht auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Reads the text with the baseline and the chosen run; takes a few seconds.</source>
        <translation>Liest den Text mit der Basis und dem gewählten Lauf; dauert einige Sekunden.</translation>
    </message>
    <message>
        <source>Another text is chosen than the one shown below; “Compare tokens” reads it.</source>
        <translation>Gewählt ist ein anderer Text als der unten gezeigte; „Token vergleichen“ liest ihn.</translation>
    </message>
    <message>
        <source>The run was made again after this comparison; “Compare tokens” brings it up to date.</source>
        <translation>Der Lauf wurde nach diesem Vergleich neu gemacht; „Token vergleichen“ bringt ihn auf Stand.</translation>
    </message>
    <message>
        <source>Waiting for the job before it.</source>
        <translation>Wartet auf den Auftrag davor.</translation>
    </message>
    <message>
        <source>Reading the text with both models, %1 done.</source>
        <translation>Beide Modelle lesen den Text, %1 fertig.</translation>
    </message>
    <message>
        <source>There is no variant to compare yet: run a recipe first.</source>
        <translation>Noch gibt es keine Variante zum Vergleichen: Führen Sie zuerst ein Rezept aus.</translation>
    </message>
    <message>
        <source>There is nothing to show.</source>
        <translation>Es gibt nichts zu zeigen.</translation>
    </message>
    <message>
        <source>No text was read with this run yet: choose one and press “Compare tokens”.</source>
        <translation>Mit diesem Lauf wurde noch kein Text gelesen: Wählen Sie einen und drücken Sie „Token vergleichen“.</translation>
    </message>
    <message>
        <source>No text was read with this run yet, and its weights are not on this machine; run its recipe again.</source>
        <translation>Mit diesem Lauf wurde noch kein Text gelesen, und seine Gewichte sind nicht auf diesem Rechner; führen Sie sein Rezept noch einmal aus.</translation>
    </message>
    <message>
        <source>Appears with the comparison.</source>
        <translation>Erscheint mit dem Vergleich.</translation>
    </message>
    <message>
        <source>● KL %1 nat on average · same likeliest token %2 · −ln p %3 → %4 nat · %5</source>
        <translation>● KL im Mittel %1 nat · gleiches wahrscheinlichstes Token %2 · −ln p %3 → %4 nat · %5</translation>
    </message>
    <message>
        <source>predicted token</source>
        <translation>vorhergesagtes Token</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>relative distance</source>
        <translation>relativer Abstand</translation>
    </message>
    <message>
        <source>token %1 %2</source>
        <translation>Token %1 %2</translation>
    </message>
    <message>
        <source>At %1 the models part at layer %2: the distance there, %3, is the first above the threshold of %4.</source>
        <translation>Bei %1 trennen sich die Modelle in Schicht %2: Der Abstand dort, %3, liegt als erster über der Schwelle von %4.</translation>
    </message>
    <message>
        <source>At %1 no layer is above the threshold of %2; the largest distance is %3, at layer %4.</source>
        <translation>Bei %1 liegt keine Schicht über der Schwelle von %2; der größte Abstand ist %3, in Schicht %4.</translation>
    </message>
</context>
<context>
    <name>schmidt::TotalsBar</name>
    <message>
        <source>from %1</source>
        <translation>vorher %1</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Energy per token</source>
        <translation>Energie je Token</translation>
    </message>
    <message>
        <source>Predicted totals</source>
        <translation>Vorhergesagte Summen</translation>
    </message>
    <message>
        <source>Predicted; the band holds 90 % of what was measured.</source>
        <translation>Vorhergesagt; das Band enthält 90 % des Gemessenen.</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>erstes Token %1</translation>
    </message>
    <message>
        <source>healed %1</source>
        <translation>geheilt %1</translation>
    </message>
</context>
<context>
    <name>schmidt::UnitPlot</name>
    <message>
        <source>units, first to go on the left</source>
        <translation>Einheiten, links die zuerst entfernten</translation>
    </message>
    <message>
        <source>energy, score</source>
        <translation>Energie, Score</translation>
    </message>
    <message>
        <source>redundancy</source>
        <translation>Redundanz</translation>
    </message>
    <message>
        <source>MLP units in the order of removal</source>
        <translation>MLP-Einheiten in der Folge des Entfernens</translation>
    </message>
    <message>
        <source>The units of this layer have not been measured yet.</source>
        <translation>Die Einheiten dieser Schicht sind noch nicht gemessen.</translation>
    </message>
    <message>
        <source>Unit %1 goes as number %2 of %3</source>
        <translation>Einheit %1 geht als Nummer %2 von %3</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>k. A.</translation>
    </message>
    <message>
        <source>%1: the other units predict %2 of its activity, so removing it loses %3 of its energy after the refit.</source>
        <translation>%1: Die anderen Einheiten sagen %2 ihrer Aktivität voraus; ihr Entfernen kostet nach dem Neuanpassen %3 ihrer Energie.</translation>
    </message>
    <message>
        <source>%1: the other units predict %2 of its activity, unit %4 most of all, so removing it loses %3 of its energy after the refit.</source>
        <translation>%1: Die anderen Einheiten sagen %2 ihrer Aktivität voraus, vor allem Einheit %4; ihr Entfernen kostet nach dem Neuanpassen %3 ihrer Energie.</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>score</source>
        <translation>Score</translation>
    </message>
    <message numerus="yes">
        <source>the draft removes %n units</source>
        <translation>
            <numerusform>der Entwurf entfernt %n Einheit</numerusform>
            <numerusform>der Entwurf entfernt %n Einheiten</numerusform>
        </translation>
    </message>
    <message>
        <source>unit %1, number %2 to go
energy %3
score %4
redundancy %5</source>
        <translation>Einheit %1, geht als Nummer %2
Energie %3
Score %4
Redundanz %5</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>mutual information: 0</source>
        <translation>Transinformation: 0</translation>
    </message>
    <message>
        <source>partner&apos;s place</source>
        <translation>Platz des Partners</translation>
    </message>
</context>
<context>
    <name>schmidt::Workspace</name>
    <message>
        <source>This project has no model yet.</source>
        <translation>Dieses Projekt hat noch kein Modell.</translation>
    </message>
</context>
</TS>

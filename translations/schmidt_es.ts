<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
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
        <translation>en espera</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hecho</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallido</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>cancelado</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>quedan unos %1</translation>
    </message>
    <message>
        <source>%1 to %2 left</source>
        <translation>quedan de %1 a %2</translation>
    </message>
</context>
<context>
    <name>LedgerPanel</name>
    <message>
        <source>project created</source>
        <translation>proyecto creado</translation>
    </message>
    <message>
        <source>analyzed</source>
        <translation>analizado</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>comprimido</translation>
    </message>
    <message>
        <source>evaluated</source>
        <translation>evaluado</translation>
    </message>
    <message>
        <source>tokens compared</source>
        <translation>tokens comparados</translation>
    </message>
    <message>
        <source>exported</source>
        <translation>exportado</translation>
    </message>
    <message>
        <source>card written</source>
        <translation>ficha escrita</translation>
    </message>
    <message>
        <source>put into use</source>
        <translation>puesto en uso</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>revertido</translation>
    </message>
    <message>
        <source>model found again</source>
        <translation>modelo encontrado de nuevo</translation>
    </message>
</context>
<context>
    <name>RunTableModel</name>
    <message>
        <source>waiting</source>
        <translation>en espera</translation>
    </message>
    <message>
        <source>running</source>
        <translation>en curso</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hecho</translation>
    </message>
    <message>
        <source>done, in use</source>
        <translation>hecho, en uso</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallido</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>cancelado</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>interrumpido</translation>
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
        <translation>Unos %1 a %2 en total, según tardaron las ejecuciones de este proyecto.</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>Añadir archivos…</translation>
    </message>
    <message>
        <source>Add recipes</source>
        <translation>Añadir recetas</translation>
    </message>
    <message>
        <source>Can it run?</source>
        <translation>¿Se puede ejecutar?</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>Comprimir %1</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Finds the recipe with the smallest predicted KL at each size.</source>
        <translation>Encuentra para cada tamaño la receta con la menor KL prevista.</translation>
    </message>
    <message>
        <source>How many recipes</source>
        <translation>Número de recetas</translation>
    </message>
    <message>
        <source>It is for another model: its number of layers differs.</source>
        <translation>Es para otro modelo: el número de capas es distinto.</translation>
    </message>
    <message>
        <source>KL, nat</source>
        <translation>KL, nat</translation>
    </message>
    <message>
        <source>Largest size</source>
        <translation>Tamaño mayor</translation>
    </message>
    <message>
        <source>Smallest size</source>
        <translation>Tamaño menor</translation>
    </message>
    <message>
        <source>Needs the analysis.</source>
        <translation>Necesita el análisis.</translation>
    </message>
    <message>
        <source>No run of this project says yet how long one takes.</source>
        <translation>Ninguna ejecución de este proyecto indica aún cuánto tarda una.</translation>
    </message>
    <message numerus="yes">
        <source>Queue %n recipes</source>
        <translation>
            <numerusform>Encolar %n receta</numerusform>
            <numerusform>Encolar %n recetas</numerusform>
        </translation>
    </message>
    <message>
        <source>Queue several recipes</source>
        <translation>Encolar varias recetas</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Receta</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>Recetas (*.json)</translation>
    </message>
    <message>
        <source>Recipes to run</source>
        <translation>Recetas que se ejecutarán</translation>
    </message>
    <message>
        <source>Spread over sizes</source>
        <translation>Repartir por tamaños</translation>
    </message>
    <message>
        <source>Spread recipes over a range of sizes, or add recipe files; they run one after the other.</source>
        <translation>Reparta recetas por un intervalo de tamaños o añada archivos de recetas; se ejecutan una tras otra.</translation>
    </message>
    <message>
        <source>The same recipe as one above.</source>
        <translation>La misma receta que una anterior.</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>n/d</translation>
    </message>
    <message>
        <source>recipes from</source>
        <translation>recetas de</translation>
    </message>
    <message>
        <source>to</source>
        <translation>a</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>sí</translation>
    </message>
</context>
<context>
    <name>schmidt::BondView</name>
    <message>
        <source>Schmidt values of the bond</source>
        <translation>valores de Schmidt del enlace</translation>
    </message>
    <message>
        <source>place in the bond</source>
        <translation>lugar en el enlace</translation>
    </message>
    <message>
        <source>s/s₁</source>
        <translation>s/s₁</translation>
    </message>
    <message>
        <source>Loss at equal size</source>
        <translation>Pérdida a igual tamaño</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Sin ponderar</translation>
    </message>
    <message>
        <source>On your inputs</source>
        <translation>Con sus entradas</translation>
    </message>
    <message>
        <source>Plain: |W − W&apos;|²/|W|². On your inputs: E|(W − W&apos;)x|²/E|W x|² over the workload&apos;s activations x.</source>
        <translation>Sin ponderar: |W − W&apos;|²/|W|². Con sus entradas: E|(W − W&apos;)x|²/E|W x|² sobre las activaciones x de la carga.</translation>
    </message>
    <message>
        <source>Loss of truncation at equal size</source>
        <translation>pérdida del corte a igual tamaño</translation>
    </message>
    <message>
        <source>numbers stored, % of the matrix</source>
        <translation>números guardados, % de la matriz</translation>
    </message>
    <message>
        <source>loss (%)</source>
        <translation>pérdida (%)</translation>
    </message>
    <message>
        <source>Cut the bond</source>
        <translation>Cortar el enlace</translation>
    </message>
    <message>
        <source>Bond dimension</source>
        <translation>Dimensión del enlace</translation>
    </message>
    <message>
        <source>%1 · %2 across its bond</source>
        <translation>%1 · %2 a través de su enlace</translation>
    </message>
    <message>
        <source>Bonds come when the analysis has finished.</source>
        <translation>Los enlaces llegan cuando termina el análisis.</translation>
    </message>
    <message>
        <source>This analysis was made before bonds were stored: &quot;Analyze again&quot; brings them.</source>
        <translation>Este análisis es anterior a que se guardaran los enlaces: «Analizar de nuevo» los trae.</translation>
    </message>
    <message>
        <source>(%1 × %2) × (%3 × %4)</source>
        <translation>(%1 × %2) × (%3 × %4)</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>sin ponderar</translation>
    </message>
    <message>
        <source>on inputs</source>
        <translation>con entradas</translation>
    </message>
    <message>
        <source>SVD</source>
        <translation>SVD</translation>
    </message>
    <message>
        <source>two sites</source>
        <translation>dos sitios</translation>
    </message>
    <message>
        <source>bond dimension %1</source>
        <translation>dimensión del enlace %1</translation>
    </message>
    <message>
        <source>cut</source>
        <translation>corte</translation>
    </message>
    <message>
        <source>numbers stored</source>
        <translation>números guardados</translation>
    </message>
    <message>
        <source>%1 of the matrix</source>
        <translation>%1 de la matriz</translation>
    </message>
    <message>
        <source>Bond dimension times the sizes of both sites.</source>
        <translation>Dimensión del enlace por el tamaño de ambos sitios.</translation>
    </message>
    <message>
        <source>truncation loss</source>
        <translation>pérdida del corte</translation>
    </message>
    <message>
        <source>○ between computed bonds</source>
        <translation>○ entre enlaces calculados</translation>
    </message>
    <message>
        <source>● computed</source>
        <translation>● calculada</translation>
    </message>
    <message>
        <source>Relative squared error of the product cut to this bond.</source>
        <translation>Error cuadrático relativo del producto cortado a este enlace.</translation>
    </message>
    <message>
        <source>SVD at equal size</source>
        <translation>SVD de igual tamaño</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>rango %1</translation>
    </message>
    <message>
        <source>Loss of the largest rank whose two factors store no more numbers.</source>
        <translation>Pérdida del mayor rango cuyos dos factores no guardan más números.</translation>
    </message>
    <message>
        <source>entropy of the bond</source>
        <translation>entropía del enlace</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>effective bond %1 of %2</source>
        <translation>enlace efectivo %1 de %2</translation>
    </message>
    <message>
        <source>S = −Σ p ln p with p = s²/Σs² over the Schmidt values of the bond.</source>
        <translation>S = −Σ p ln p con p = s²/Σs² sobre los valores de Schmidt del enlace.</translation>
    </message>
    <message>
        <source>W = Σ s A ⊗ B over two sites with balanced factors, the best sum of Kronecker products. Losses |W − W&apos;|²/|W|² follow exactly from the Schmidt values. The only public comparison finds that tensor trains lose to a plain SVD of equal size; judge by the grey line.</source>
        <translation>W = Σ s A ⊗ B sobre dos sitios con factores equilibrados, la mejor suma de productos de Kronecker. Las pérdidas |W − W&apos;|²/|W|² se siguen exactamente de los valores de Schmidt. La única comparación pública halla que los trenes de tensores pierden frente a una SVD simple de igual tamaño; juzgue por la línea gris.</translation>
    </message>
    <message>
        <source>With %1 of the numbers the two-site operator loses %2 and a plain low-rank matrix %3: the operator is better here.</source>
        <translation>Con %1 de los números el operador de dos sitios pierde %2 y una matriz simple de rango bajo %3: aquí es mejor el operador.</translation>
    </message>
    <message>
        <source>With %1 of the numbers the two-site operator loses %2 and a plain low-rank matrix %3: the low-rank matrix is better here.</source>
        <translation>Con %1 de los números el operador de dos sitios pierde %2 y una matriz simple de rango bajo %3: aquí es mejor la matriz de rango bajo.</translation>
    </message>
    <message>
        <source>Sweeps would lower the operator&apos;s loss.</source>
        <translation>Unos barridos reducirían la pérdida del operador.</translation>
    </message>
    <message>
        <source>Sweep this matrix</source>
        <translation>Barrer esta matriz</translation>
    </message>
    <message>
        <source>Improves the operator on your inputs by variational sweeps, at every power of two of the bond. Takes about a minute.</source>
        <translation>Mejora el operador con sus entradas mediante barridos variacionales, en cada potencia de dos del enlace. Tarda alrededor de un minuto.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Sweep %1</source>
        <translation>Barridos de %1</translation>
    </message>
    <message>
        <source>The sweeps of %1 are in the queue; their losses appear here.</source>
        <translation>Los barridos de %1 están en la cola; sus pérdidas aparecen aquí.</translation>
    </message>
    <message>
        <source>Sweeping…</source>
        <translation>Barriendo…</translation>
    </message>
    <message>
        <source>swept</source>
        <translation>con barridos</translation>
    </message>
    <message>
        <source>loss after sweeps</source>
        <translation>pérdida tras barridos</translation>
    </message>
    <message>
        <source>on %1 tokens</source>
        <translation>con %1 tokens</translation>
    </message>
    <message>
        <source>The cut operator, improved core by core on your inputs; computed at powers of two and straight between them.</source>
        <translation>El operador cortado, mejorado núcleo a núcleo con sus entradas; calculado en potencias de dos y recto entre ellas.</translation>
    </message>
    <message>
        <source>Judged after sweeps on text that neither was fitted to.</source>
        <translation>Juzgado tras barridos con texto al que no se ajustó ninguno de los dos.</translation>
    </message>
    <message>
        <source>W = Σ s A ⊗ B over two sites, cut in the Kronecker product C₁ ⊗ C₂ that is likeliest for the inputs&apos; second moment C. Losses are those in C itself, E|(W − W&apos;)x|²/E|W x|², computed at %1 bonds; the SVD is the best one in C. Variational sweeps in C improve the operator further; what of that holds on other text is measured with them.</source>
        <translation>W = Σ s A ⊗ B sobre dos sitios, cortado en el producto de Kronecker C₁ ⊗ C₂ más verosímil para el segundo momento C de las entradas. Las pérdidas son las de C mismo, E|(W − W&apos;)x|²/E|W x|², calculadas en %1 enlaces; la SVD es la mejor en C. Los barridos variacionales en C mejoran aún más el operador; lo que de ello se mantiene con otro texto se mide con ellos.</translation>
    </message>
    <message>
        <source>on other text</source>
        <translation>con otro texto</translation>
    </message>
    <message>
        <source>SVD %1</source>
        <translation>SVD %1</translation>
    </message>
    <message>
        <source>Loss after sweeps, and that of the SVD, on text that neither was fitted to.</source>
        <translation>Pérdida tras barridos, y la de la SVD, con texto al que no se ajustó ninguna.</translation>
    </message>
    <message>
        <source>Use in draft</source>
        <translation>Usar en el borrador</translation>
    </message>
    <message>
        <source>Puts this operator in place of the matrix in the draft of the recipe; pressed again at the same bond, takes it out.</source>
        <translation>Pone este operador en lugar de la matriz en el borrador de la receta; pulsado otra vez con el mismo enlace, lo quita.</translation>
    </message>
    <message>
        <source>Take out of draft</source>
        <translation>Quitar del borrador</translation>
    </message>
    <message>
        <source>No tensor network for %1</source>
        <translation>Sin red tensorial para %1</translation>
    </message>
    <message>
        <source>Bond %1 for %2</source>
        <translation>Enlace %1 para %2</translation>
    </message>
    <message>
        <source>The draft keeps the matrix %1.</source>
        <translation>El borrador conserva la matriz %1.</translation>
    </message>
    <message>
        <source>The draft has %1 as a tensor network with bond %2.</source>
        <translation>El borrador tiene %1 como red tensorial con enlace %2.</translation>
    </message>
</context>
<context>
    <name>schmidt::CardPanel</name>
    <message>
        <source>Model card</source>
        <translation>Ficha del modelo</translation>
    </message>
    <message>
        <source>Run the card is about</source>
        <translation>Ejecución que describe la ficha</translation>
    </message>
    <message>
        <source>Format of the card</source>
        <translation>Formato de la ficha</translation>
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
        <translation>Guardar ficha…</translation>
    </message>
    <message>
        <source>Export model…</source>
        <translation>Exportar modelo…</translation>
    </message>
    <message>
        <source>Preview of the card</source>
        <translation>Vista previa de la ficha</translation>
    </message>
    <message>
        <source>Run a recipe first; its card appears here.</source>
        <translation>Ejecute primero una receta; su ficha aparecerá aquí.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Ficha</translation>
    </message>
    <message>
        <source>In your words</source>
        <translation>En sus palabras</translation>
    </message>
    <message>
        <source>Licence of the result</source>
        <translation>Licencia del resultado</translation>
    </message>
    <message>
        <source>for example apache-2.0</source>
        <translation>por ejemplo, apache-2.0</translation>
    </message>
    <message>
        <source>Intended use</source>
        <translation>Uso previsto</translation>
    </message>
    <message>
        <source>Known limits</source>
        <translation>Límites conocidos</translation>
    </message>
    <message>
        <source>Keep these words</source>
        <translation>Conservar el texto</translation>
    </message>
    <message>
        <source>Save card</source>
        <translation>Guardar ficha</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>Se ha escrito %1</translation>
    </message>
    <message>
        <source>Export model</source>
        <translation>Exportar modelo</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>Exportar %1</translation>
    </message>
    <message>
        <source>GGUF for llama.cpp</source>
        <translation>GGUF para llama.cpp</translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Carpeta de Hugging Face</translation>
    </message>
    <message>
        <source>ONNX folder for ONNX Runtime</source>
        <translation>Carpeta ONNX para ONNX Runtime</translation>
    </message>
    <message>
        <source>compressed-tensors folder for vLLM</source>
        <translation>Carpeta compressed-tensors para vLLM</translation>
    </message>
    <message>
        <source>GPTQ folder for vLLM</source>
        <translation>Carpeta GPTQ para vLLM</translation>
    </message>
    <message>
        <source>AWQ folder for vLLM</source>
        <translation>Carpeta AWQ para vLLM</translation>
    </message>
    <message>
        <source>Hugging Face folder with widths per layer, for vLLM and MLX</source>
        <translation>Carpeta Hugging Face con anchos por capa, para vLLM y MLX</translation>
    </message>
    <message>
        <source>Hugging Face folder, zero-padded</source>
        <translation>Carpeta Hugging Face, rellenada con ceros</translation>
    </message>
    <message>
        <source>compressed-tensors folder, W8A8 for INT8 kernels</source>
        <translation>Carpeta compressed-tensors, W8A8 para núcleos INT8</translation>
    </message>
</context>
<context>
    <name>schmidt::ChartsView</name>
    <message>
        <source>By run</source>
        <translation>Por ejecución</translation>
    </message>
    <message>
        <source>Measure of the bars</source>
        <translation>Medida de las barras</translation>
    </message>
    <message>
        <source>Size against quality</source>
        <translation>Tamaño frente a calidad</translation>
    </message>
    <message>
        <source>dotted: the project&apos;s goals</source>
        <translation>punteado: los objetivos del proyecto</translation>
    </message>
    <message>
        <source>No compared run has a measured size and KL yet; “Evaluate” and “Measure speed” do it.</source>
        <translation>Ninguna ejecución comparada tiene aún tamaño y KL medidos; «Evaluar» y «Medir velocidad» lo hacen.</translation>
    </message>
    <message>
        <source>Not measured yet; “Evaluate” and “Measure speed” do it.</source>
        <translation>Aún sin medir; «Evaluar» y «Medir velocidad» lo hacen.</translation>
    </message>
    <message>
        <source>In detail</source>
        <translation>En detalle</translation>
    </message>
    <message>
        <source>MLP units</source>
        <translation>unidades MLP</translation>
    </message>
    <message>
        <source>MLP width by layer</source>
        <translation>Ancho MLP por capa</translation>
    </message>
    <message>
        <source>No compared run changes layers.</source>
        <translation>Ninguna ejecución comparada cambia capas.</translation>
    </message>
    <message>
        <source>No latency of these runs is kept yet; “Measure speed” takes it.</source>
        <translation>Aún no se guarda la latencia de estas ejecuciones; «Medir velocidad» la registra.</translation>
    </message>
    <message>
        <source>Predicted KL by layer</source>
        <translation>KL prevista por capa</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Perfil</translation>
    </message>
    <message>
        <source>Time between tokens</source>
        <translation>Tiempo entre tokens</translation>
    </message>
    <message>
        <source>Time to the first token</source>
        <translation>Tiempo hasta el primer token</translation>
    </message>
    <message>
        <source>What is shown in detail</source>
        <translation>Lo que se muestra en detalle</translation>
    </message>
    <message>
        <source>how the compressed layers differ</source>
        <translation>en qué difieren las capas comprimidas</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>capa</translation>
    </message>
    <message>
        <source>outside the grey ring: better than the baseline</source>
        <translation>fuera del anillo gris: mejor que la referencia</translation>
    </message>
    <message>
        <source>predicted KL (nat)</source>
        <translation>KL prevista (nat)</translation>
    </message>
    <message>
        <source>share (%)</source>
        <translation>proporción (%)</translation>
    </message>
    <message>
        <source>share of tokens by this time</source>
        <translation>parte de los tokens hasta ahí</translation>
    </message>
    <message>
        <source>time (ms)</source>
        <translation>tiempo (ms)</translation>
    </message>
</context>
<context>
    <name>schmidt::ChatColumn</name>
    <message>
        <source>The answer appears here.</source>
        <translation>La respuesta aparecerá aquí.</translation>
    </message>
    <message>
        <source>This is the best answer</source>
        <translation>Esta es la mejor respuesta</translation>
    </message>
    <message>
        <source>Answer %1</source>
        <translation>Respuesta %1</translation>
    </message>
    <message>
        <source>preferred</source>
        <translation>preferida</translation>
    </message>
    <message>
        <source>Answer of %1</source>
        <translation>Respuesta de %1</translation>
    </message>
    <message>
        <source>%1 is the best</source>
        <translation>%1 es la mejor</translation>
    </message>
    <message>
        <source>energy not measured</source>
        <translation>energía sin medir</translation>
    </message>
    <message>
        <source>● %1 tok/s · first token after %2 ms · %3 tokens · %4</source>
        <translation>● %1 tok/s · primer token tras %2 ms · %3 tokens · %4</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>terminada</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>respondiendo</translation>
    </message>
    <message numerus="yes">
        <source>answering, %n tokens</source>
        <translation>
            <numerusform>respondiendo, %n token</numerusform>
            <numerusform>respondiendo, %n tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>● %1 tok/s beside the others · first token after %2 ms · %3 tokens · %4</source>
        <translation>● %1 tokens/s junto a las otras · primer token tras %2 ms · %3 tokens · %4</translation>
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
        <translation>el mismo texto a cada ejecución, siempre el token más probable</translation>
    </message>
    <message>
        <source>Prompts of the workload</source>
        <translation>Prompts de la carga de trabajo</translation>
    </message>
    <message>
        <source>Ask something that users of this model would ask</source>
        <translation>Pregunte algo que preguntarían los usuarios de este modelo</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> tokens</translation>
    </message>
    <message>
        <source>Longest answer in tokens</source>
        <translation>Respuesta más larga en tokens</translation>
    </message>
    <message>
        <source>Ask all</source>
        <translation>Preguntar a todas</translation>
    </message>
    <message>
        <source>r%1 %2</source>
        <translation>r%1 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n runs do not fit beside each other; choose fewer runs to see them.</source>
        <translation>
            <numerusform>%n ejecución no cabe al lado; elija menos ejecuciones para verla.</numerusform>
            <numerusform>%n ejecuciones no caben una junto a otra; elija menos para verlas.</numerusform>
        </translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en espera</translation>
    </message>
    <message numerus="yes">
        <source>Ask %n runs</source>
        <translation>
            <numerusform>Preguntar a %n ejecución</numerusform>
            <numerusform>Preguntar a %n ejecuciones</numerusform>
        </translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>detenido</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fallido</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>0 takes the likeliest token each time; 1 draws from the model&apos;s own probabilities.</source>
        <translation>0 toma siempre el token más probable; 1 sortea según las probabilidades del propio modelo.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semilla</translation>
    </message>
    <message>
        <source>The same seed draws the same answer again.</source>
        <translation>La misma semilla sortea de nuevo la misma respuesta.</translation>
    </message>
    <message>
        <source>Blind</source>
        <translation>A ciegas</translation>
    </message>
    <message>
        <source>Shuffles the columns and hides whose they are until you have preferred an answer. The vote is kept with the project.</source>
        <translation>Mezcla las columnas y oculta de quién son hasta que prefiera una respuesta. El voto se guarda con el proyecto.</translation>
    </message>
    <message>
        <source>None is better</source>
        <translation>Ninguna es mejor</translation>
    </message>
    <message>
        <source>the same text to every run, tokens drawn with the same seed</source>
        <translation>el mismo texto a cada ejecución, tokens sorteados con la misma semilla</translation>
    </message>
    <message>
        <source>Blind: prefer an answer to see whose it is.</source>
        <translation>A ciegas: prefiera una respuesta para ver de quién es.</translation>
    </message>
    <message>
        <source>No blind vote yet.</source>
        <translation>Aún no hay votos a ciegas.</translation>
    </message>
    <message>
        <source>● r%1 %2 was preferred to the baseline in %3 of %4 blind votes with a preference (95 % interval %5 to %6); %7 without.</source>
        <translation>● r%1 %2 fue preferida a la referencia en %3 de %4 votos a ciegas con preferencia (intervalo del 95 %: %5 a %6); %7 sin ella.</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>A la vez</translation>
    </message>
    <message>
        <source>In turn</source>
        <translation>Por turnos</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Respuestas</translation>
    </message>
    <message>
        <source>Order of the answers</source>
        <translation>Orden de las respuestas</translation>
    </message>
    <message>
        <source>At once to read along; in turn for speeds and energy that compare.</source>
        <translation>A la vez para leer; por turnos para velocidades y energías comparables.</translation>
    </message>
    <message>
        <source>At once: the runs share the cores, so read along and do not compare speeds.</source>
        <translation>A la vez: las ejecuciones comparten los núcleos; sirve para leer, no para comparar velocidades.</translation>
    </message>
    <message>
        <source>In turn: each run has all cores, so the speeds compare.</source>
        <translation>Por turnos: cada ejecución tiene todos los núcleos; las velocidades son comparables.</translation>
    </message>
    <message>
        <source>asked before: %1</source>
        <translation>ya preguntado: %1</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>no preguntado</translation>
    </message>
</context>
<context>
    <name>schmidt::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Comandos</translation>
    </message>
    <message>
        <source>Type the name of a command</source>
        <translation>Escriba el nombre de un comando</translation>
    </message>
    <message>
        <source>Name of a command</source>
        <translation>Nombre de un comando</translation>
    </message>
</context>
<context>
    <name>schmidt::ComparePanel</name>
    <message>
        <source>Compare</source>
        <translation>Comparación</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabla</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Differences only</source>
        <translation>Solo diferencias</translation>
    </message>
    <message>
        <source>Hides rows in which no run differs from the baseline by more than noise.</source>
        <translation>Oculta las filas en las que ninguna ejecución difiere de la referencia en más que el ruido.</translation>
    </message>
    <message>
        <source>Runs ▾</source>
        <translation>Ejecuciones ▾</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Evaluar</translation>
    </message>
    <message>
        <source>Measures perplexity and KL to the baseline of the chosen runs on the workload&apos;s evaluation text.</source>
        <translation>Mide la perplejidad y la KL respecto a la referencia de las ejecuciones elegidas con el texto de evaluación de la carga de trabajo.</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Medir velocidad</translation>
    </message>
    <message>
        <source>Measures speed, memory and energy of the chosen runs in llama.cpp, in turns with the baseline.</source>
        <translation>Mide velocidad, memoria y energía de las ejecuciones elegidas en llama.cpp, alternando con la referencia.</translation>
    </message>
    <message>
        <source>Export ▾</source>
        <translation>Exportar ▾</translation>
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
        <translation>Copiar como Markdown</translation>
    </message>
    <message>
        <source>Decode rate</source>
        <translation>Velocidad de generación</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>KL to baseline</source>
        <translation>KL a la referencia</translation>
    </message>
    <message>
        <source>● measured   ○ predicted   ◇ imported   ~ estimated   ▲ better   ▼ worse   = inside the noise   ? no uncertainty known</source>
        <translation>● medido   ○ predicho   ◇ importado   ~ estimado   ▲ mejor   ▼ peor   = dentro del ruido   ? incertidumbre desconocida</translation>
    </message>
    <message>
        <source>There is no variant to compare yet: run a recipe first.</source>
        <translation>Aún no hay ninguna variante que comparar: ejecute primero una receta.</translation>
    </message>
    <message>
        <source>Open a project to compare its runs.</source>
        <translation>Abra un proyecto para comparar sus ejecuciones.</translation>
    </message>
    <message>
        <source>r%1 %2</source>
        <translation>r%1 %2</translation>
    </message>
    <message>
        <source>Runs: %1 of %2 ▾</source>
        <translation>Ejecuciones: %1 de %2 ▾</translation>
    </message>
    <message>
        <source>Not measured yet; “Measure speed” does it.</source>
        <translation>Aún no medido; lo hace «Medir velocidad».</translation>
    </message>
    <message>
        <source>Not measured yet; “Evaluate” does it.</source>
        <translation>Aún no medido; lo hace «Evaluar».</translation>
    </message>
    <message>
        <source>Export comparison</source>
        <translation>Exportar la comparación</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>Guardado: %1</translation>
    </message>
    <message>
        <source>The table is in the clipboard.</source>
        <translation>La tabla está en el portapapeles.</translation>
    </message>
    <message numerus="yes">
        <source>Evaluate %n runs</source>
        <translation>
            <numerusform>Evaluar %n ejecución</numerusform>
            <numerusform>Evaluar %n ejecuciones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Measure speed of %n runs</source>
        <translation>
            <numerusform>Medir la velocidad de %n ejecución</numerusform>
            <numerusform>Medir la velocidad de %n ejecuciones</numerusform>
        </translation>
    </message>
    <message>
        <source>The measurement is in the queue.</source>
        <translation>La medición está en la cola.</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Gráficos</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>Todas las filas</translation>
    </message>
    <message>
        <source>Rows shown</source>
        <translation>Filas mostradas</translation>
    </message>
</context>
<context>
    <name>schmidt::ComparisonModel</name>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>Speed and memory</source>
        <translation>Velocidad y memoria</translation>
    </message>
    <message>
        <source>Energy, cost, size</source>
        <translation>Energía, coste, tamaño</translation>
    </message>
    <message>
        <source>Goals</source>
        <translation>Objetivos</translation>
    </message>
    <message>
        <source>met ✓</source>
        <translation>cumplido ✓</translation>
    </message>
    <message>
        <source>missed ✗</source>
        <translation>no cumplido ✗</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>no medido</translation>
    </message>
    <message>
        <source>%1  %2</source>
        <translation>%1  %2</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>n/d</translation>
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
        <translation>Media</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Máxima</translation>
    </message>
    <message>
        <source>A cell stands for all pairs of the units of two bins: their mean mutual information, or that of the closest pair.</source>
        <translation>Una celda representa todos los pares de unidades de dos grupos: su información mutua media o la del par más próximo.</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>Unidades</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Cabezas</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Bloques</translation>
    </message>
    <message>
        <source>Map of correlations</source>
        <translation>Mapa de correlaciones</translation>
    </message>
    <message>
        <source>MLP units of the chosen cell</source>
        <translation>Unidades MLP de la celda elegida</translation>
    </message>
    <message>
        <source>Correlations come when the analysis has finished.</source>
        <translation>Las correlaciones llegan cuando termina el análisis.</translation>
    </message>
    <message>
        <source>This analysis was made before correlations were stored: &quot;Analyze again&quot; brings them.</source>
        <translation>Este análisis es anterior a que se guardaran las correlaciones: «Analizar de nuevo» las trae.</translation>
    </message>
    <message>
        <source>MLP units of %1</source>
        <translation>Unidades MLP de %1</translation>
    </message>
    <message>
        <source>largest mutual information</source>
        <translation>información mutua máxima</translation>
    </message>
    <message>
        <source>mean mutual information</source>
        <translation>información mutua media</translation>
    </message>
    <message>
        <source>nat</source>
        <translation>nat</translation>
    </message>
    <message>
        <source>bins of similar units</source>
        <translation>grupos de unidades parecidas</translation>
    </message>
    <message>
        <source>bin %1 (%2 units) · bin %3 (%4 units)</source>
        <translation>grupo %1 (%2 unidades) · grupo %3 (%4 unidades)</translation>
    </message>
    <message>
        <source>mutual information</source>
        <translation>información mutua</translation>
    </message>
    <message>
        <source>head</source>
        <translation>cabeza</translation>
    </message>
    <message>
        <source>alignment</source>
        <translation>alineación</translation>
    </message>
    <message>
        <source>block</source>
        <translation>bloque</translation>
    </message>
    <message>
        <source>Units of %1 among each other</source>
        <translation>Unidades de %1 entre sí</translation>
    </message>
    <message>
        <source>−½ ln(1 − ρ²) of two units&apos; activities on your workload, nat: what each says about the other. Units are ordered by clustering and averaged in bins. On %1 tokens chance alone gives %2 nat; lower values have that colour.</source>
        <translation>−½ ln(1 − ρ²) de las actividades de dos unidades en su carga, nat: lo que cada una dice de la otra. Las unidades se ordenan por agrupamiento y se promedian en grupos. Con %1 tokens el azar solo da %2 nat; los valores menores llevan ese color.</translation>
    </message>
    <message>
        <source>Heads of %1 among each other</source>
        <translation>Cabezas de %1 entre sí</translation>
    </message>
    <message>
        <source>−½ Σ ln(1 − κ²) over the canonical correlations κ of two heads&apos; outputs, nat. Heads of one KV group read the same values and share most.</source>
        <translation>−½ Σ ln(1 − κ²) sobre las correlaciones canónicas κ de las salidas de dos cabezas, nat. Las cabezas de un grupo KV leen los mismos valores y son las que más comparten.</translation>
    </message>
    <message>
        <source>Blocks among each other</source>
        <translation>Bloques entre sí</translation>
    </message>
    <message>
        <source>Centred kernel alignment, unbiased, of what two blocks add to the residual stream on about a thousand tokens: 1 = the same up to scale and rotation, 0 = unrelated. Every token counts the same.</source>
        <translation>Alineación centrada de núcleos (CKA), sin sesgo, de lo que dos bloques suman al flujo residual en unos mil tokens: 1 = lo mismo salvo escala y rotación, 0 = sin relación. Cada token cuenta igual.</translation>
    </message>
    <message>
        <source>bin %1 with %2</source>
        <translation>grupo %1 con %2</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>%1 with %2</source>
        <translation>%1 con %2</translation>
    </message>
    <message>
        <source>both in KV group %1</source>
        <translation>ambas en el grupo KV %1</translation>
    </message>
    <message>
        <source>KV groups %1 and %2</source>
        <translation>grupos KV %1 y %2</translation>
    </message>
    <message>
        <source>Total Gaussian mutual information of the two heads&apos; outputs.</source>
        <translation>Información mutua gaussiana total de las salidas de las dos cabezas.</translation>
    </message>
    <message>
        <source>by chance</source>
        <translation>por azar</translation>
    </message>
    <message>
        <source>what independent heads show</source>
        <translation>lo que muestran cabezas independientes</translation>
    </message>
    <message>
        <source>Head size squared over twice the number of tokens: more text lowers it.</source>
        <translation>Tamaño de la cabeza al cuadrado entre el doble de tokens: más texto lo reduce.</translation>
    </message>
    <message>
        <source>neighbours</source>
        <translation>vecinos</translation>
    </message>
    <message>
        <source>How alike the two blocks write into the residual stream.</source>
        <translation>Cuánto se parece lo que ambos bloques escriben en el flujo residual.</translation>
    </message>
    <message>
        <source>Who stands in for whom</source>
        <translation>Quién puede suplir a quién</translation>
    </message>
    <message>
        <source>Choose a cell: its units are marked above, and the closest pairs are named here.</source>
        <translation>Elija una celda: sus unidades se marcan arriba y aquí se nombran los pares más próximos.</translation>
    </message>
    <message>
        <source>Closest heads</source>
        <translation>Cabezas más próximas</translation>
    </message>
    <message>
        <source>Choose a cell to see which heads share most with a head.</source>
        <translation>Elija una celda para ver qué cabezas comparten más con una cabeza.</translation>
    </message>
    <message>
        <source>Closest blocks</source>
        <translation>Bloques más próximos</translation>
    </message>
    <message>
        <source>Choose a cell to see which blocks write alike.</source>
        <translation>Elija una celda para ver qué bloques escriben de forma parecida.</translation>
    </message>
    <message>
        <source>%1 and %2, both removed</source>
        <translation>%1 y %2, se quitan ambas</translation>
    </message>
    <message>
        <source>%1 and %2, both kept</source>
        <translation>%1 y %2, quedan ambas</translation>
    </message>
    <message>
        <source>%1 and %2, %3 removed</source>
        <translation>%1 y %2, se quita %3</translation>
    </message>
    <message>
        <source>The closest pair of units between these two bins, what each says about the other, and what the draft does to them.</source>
        <translation>El par de unidades más próximo entre estos dos grupos, lo que cada una dice de la otra y lo que el borrador hace con ellas.</translation>
    </message>
    <message>
        <source>Why %1 would go</source>
        <translation>Por qué se iría %1</translation>
    </message>
    <message>
        <source>What narrowing %1 costs</source>
        <translation>Qué cuesta estrechar %1</translation>
    </message>
</context>
<context>
    <name>schmidt::DepthView</name>
    <message>
        <source>Effective rank over depth</source>
        <translation>Rango efectivo según la profundidad</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>capa</translation>
    </message>
    <message>
        <source>effective rank / full</source>
        <translation>rango ef. / total</translation>
    </message>
</context>
<context>
    <name>schmidt::DockTitle</name>
    <message>
        <source>Hide</source>
        <translation>Ocultar</translation>
    </message>
    <message>
        <source>Hide %1</source>
        <translation>Ocultar %1</translation>
    </message>
</context>
<context>
    <name>schmidt::Files</name>
    <message>
        <source>%1 files (*.%2)</source>
        <translation>Archivos %1 (*.%2)</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>No guardado</translation>
    </message>
    <message>
        <source>Data (CSV)…</source>
        <translation>Datos (CSV)…</translation>
    </message>
    <message>
        <source>Data (LaTeX)…</source>
        <translation>Datos (LaTeX)…</translation>
    </message>
    <message>
        <source>Data (Markdown)…</source>
        <translation>Datos (Markdown)…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Page (PDF)…</source>
        <translation>Página (PDF)…</translation>
    </message>
    <message>
        <source>Picture (PNG)…</source>
        <translation>Imagen (PNG)…</translation>
    </message>
    <message>
        <source>Vector graphic (SVG)…</source>
        <translation>Gráfico vectorial (SVG)…</translation>
    </message>
</context>
<context>
    <name>schmidt::FrozenTable</name>
    <message>
        <source>Metrics and baseline</source>
        <translation>Métricas y referencia</translation>
    </message>
    <message>
        <source>Compared runs</source>
        <translation>Ejecuciones comparadas</translation>
    </message>
</context>
<context>
    <name>schmidt::GoalsDialog</name>
    <message>
        <source>Goals of the project</source>
        <translation>Objetivos del proyecto</translation>
    </message>
    <message>
        <source>Workload</source>
        <translation>Carga de trabajo</translation>
    </message>
    <message>
        <source>Own texts</source>
        <translation>Textos propios</translation>
    </message>
    <message>
        <source>KL to the original at most</source>
        <translation>KL al original, como máximo</translation>
    </message>
    <message>
        <source> nat</source>
        <translation> nat</translation>
    </message>
    <message>
        <source>Perplexity increase at most</source>
        <translation>Aumento de perplejidad, como máximo</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>File at most</source>
        <translation>Archivo, como máximo</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Memory at most</source>
        <translation>Memoria, como máximo</translation>
    </message>
    <message>
        <source>Decode at least</source>
        <translation>Generación, como mínimo</translation>
    </message>
    <message>
        <source> tok/s</source>
        <translation> tok/s</translation>
    </message>
    <message>
        <source>First token within</source>
        <translation>Primer token en</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>Energy per token at most</source>
        <translation>Energía por token, como máximo</translation>
    </message>
    <message>
        <source> J</source>
        <translation> J</translation>
    </message>
    <message>
        <source>Text must not leave this machine</source>
        <translation>El texto no debe salir de este equipo</translation>
    </message>
</context>
<context>
    <name>schmidt::HeatMap</name>
    <message>
        <source>n/a</source>
        <translation>n/d</translation>
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
        <translation>Indicación</translation>
    </message>
</context>
<context>
    <name>schmidt::Inspector</name>
    <message>
        <source>Facts about what is selected</source>
        <translation>Datos de lo seleccionado</translation>
    </message>
    <message>
        <source>Open a project and choose a matrix or a run; what is known of it appears here.</source>
        <translation>Abra un proyecto y elija una matriz o una ejecución; aquí aparece lo que se sabe de ella.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Forma</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Effective rank</source>
        <translation>Rango efectivo</translation>
    </message>
    <message>
        <source>Entropy</source>
        <translation>Entropía</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>Rank in the draft</source>
        <translation>Rango en el borrador</translation>
    </message>
    <message>
        <source>full</source>
        <translation>completo</translation>
    </message>
    <message>
        <source>Scheme in the draft</source>
        <translation>Esquema en el borrador</translation>
    </message>
    <message>
        <source>This matrix has not been decomposed yet.</source>
        <translation>Esta matriz aún no se ha descompuesto.</translation>
    </message>
    <message>
        <source>Removed are the units that the others replace best. The last of them, unit %1: the others predict %2 of its activity.</source>
        <translation>Se eliminan las unidades que las demás sustituyen mejor. La última de ellas, la unidad %1: las demás predicen el %2 de su actividad.</translation>
    </message>
    <message>
        <source>Taken one by one, the removed units lose %1 of the layer&apos;s energy.</source>
        <translation>Tomadas una a una, las unidades eliminadas pierden el %1 de la energía de la capa.</translation>
    </message>
    <message>
        <source>Layer %1 in the draft</source>
        <translation>Capa %1 en el borrador</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>MLP units</source>
        <translation>Unidades MLP</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>Grupos KV</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Bloqueada</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>sí</translation>
    </message>
    <message>
        <source>Block influence</source>
        <translation>Influencia del bloque</translation>
    </message>
    <message>
        <source>Run r%1 %2</source>
        <translation>Ejecución r%1 %2</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplejidad</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>Generación</translation>
    </message>
    <message>
        <source>Bond in the draft</source>
        <translation>Enlace en el borrador</translation>
    </message>
</context>
<context>
    <name>schmidt::JobController</name>
    <message>
        <source>The job could not be written to %1; free some space there.</source>
        <translation>No se pudo escribir el trabajo en %1; libere espacio allí.</translation>
    </message>
    <message>
        <source>Wrote %1</source>
        <translation>Se ha escrito %1</translation>
    </message>
    <message>
        <source>%1 could not be started; build or install it beside the program.</source>
        <translation>No se pudo iniciar %1; compílelo o instálelo junto al programa.</translation>
    </message>
    <message>
        <source>The job ended without a result; run it again, it goes on where it stopped.</source>
        <translation>El trabajo terminó sin resultado; ejecútelo de nuevo: continúa donde se detuvo.</translation>
    </message>
</context>
<context>
    <name>schmidt::JobNotifier</name>
    <message numerus="yes">
        <source>%n seconds</source>
        <translation>
            <numerusform>%n segundo</numerusform>
            <numerusform>%n segundos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>%1 is done after %2.</source>
        <translation>%1 ha terminado tras %2.</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>%1 ha fallado: %2</translation>
    </message>
</context>
<context>
    <name>schmidt::JobStrip</name>
    <message>
        <source>Progress of the running job</source>
        <translation>Progreso del trabajo en curso</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>No job is running.</source>
        <translation>Ningún trabajo en curso.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n en espera</numerusform>
            <numerusform>%n en espera</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::JobTableModel</name>
    <message>
        <source>Job</source>
        <translation>Trabajo</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Etapa</translation>
    </message>
    <message>
        <source>Remaining</source>
        <translation>Restante</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pausa</translation>
    </message>
</context>
<context>
    <name>schmidt::KeysDialog</name>
    <message>
        <source>Keys</source>
        <translation>Teclas</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Orden</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Tecla</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>Órdenes y sus teclas</translation>
    </message>
</context>
<context>
    <name>schmidt::LayerView</name>
    <message>
        <source>MLP units</source>
        <translation>Unidades MLP</translation>
    </message>
    <message>
        <source>score = energy · exp(−2 · mutual information with the other units): the loss that is left after the remaining units have been refitted.</source>
        <translation>puntuación = energía · exp(−2 · información mutua con las demás unidades): la pérdida que queda tras reajustar las unidades restantes.</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Sensibilidad</translation>
    </message>
    <message>
        <source>Sensitivity of the selected layer</source>
        <translation>Sensibilidad de la capa elegida</translation>
    </message>
    <message>
        <source>KL (nat)</source>
        <translation>KL (nat)</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>Ancho MLP</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>Grupos KV</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>MLP units of %1</source>
        <translation>Unidades MLP de %1</translation>
    </message>
    <message>
        <source>block influence %1</source>
        <translation>influencia %1</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>borrador</translation>
    </message>
    <message>
        <source>Sensitivity of %1</source>
        <translation>Sensibilidad de %1</translation>
    </message>
    <message>
        <source>MLP units kept</source>
        <translation>unidades MLP conservadas</translation>
    </message>
    <message>
        <source>KV groups kept</source>
        <translation>grupos KV conservados</translation>
    </message>
    <message>
        <source>bits per weight code</source>
        <translation>bits por código de peso</translation>
    </message>
    <message>
        <source>This has not been probed yet; probes come last.</source>
        <translation>Aún sin sondear; los sondeos van al final.</translation>
    </message>
    <message>
        <source>Removal</source>
        <translation>Orden</translation>
    </message>
    <message>
        <source>Partners</source>
        <translation>Parejas</translation>
    </message>
    <message>
        <source>Removal: energy, score and redundancy in the order in which units go. Partners: each unit against the unit it is most correlated with; points in the shaded corner lose their partner as well.</source>
        <translation>Orden: energía, puntuación y redundancia en el orden en que se van las unidades. Parejas: cada unidad frente a la más correlacionada con ella; los puntos de la esquina sombreada pierden también su pareja.</translation>
    </message>
    <message>
        <source>Width of %1</source>
        <translation>Anchura de %1</translation>
    </message>
    <message>
        <source>the draft removes it</source>
        <translation>el borrador la quita</translation>
    </message>
    <message>
        <source>the draft keeps it</source>
        <translation>el borrador la conserva</translation>
    </message>
    <message>
        <source>goes as number</source>
        <translation>se va como número</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Place in the order of removal.</source>
        <translation>Lugar en el orden de eliminación.</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>energía</translation>
    </message>
    <message>
        <source>Mean square of its activity times the squared length of its column of down.</source>
        <translation>Media cuadrática de su actividad por el cuadrado de la longitud de su columna de down.</translation>
    </message>
    <message>
        <source>mutual information</source>
        <translation>información mutua</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>closest unit</source>
        <translation>unidad más próxima</translation>
    </message>
    <message>
        <source>The unit it is most correlated with.</source>
        <translation>La unidad con la que más se correlaciona.</translation>
    </message>
    <message>
        <source>score</source>
        <translation>puntuación</translation>
    </message>
    <message>
        <source>%1 of its energy</source>
        <translation>%1 de su energía</translation>
    </message>
    <message>
        <source>What is lost after the remaining units have been refitted: energy · exp(−2 · mutual information).</source>
        <translation>Lo que se pierde tras reajustar las unidades restantes: energía · exp(−2 · información mutua).</translation>
    </message>
    <message>
        <source>KL when it has gone ○</source>
        <translation>KL cuando se haya ido ○</translation>
    </message>
    <message numerus="yes">
        <source>%n units kept</source>
        <translation>
            <numerusform>queda %n unidad</numerusform>
            <numerusform>quedan %n unidades</numerusform>
        </translation>
    </message>
    <message>
        <source>Predicted KL of this layer alone when this unit and all before it have been removed.</source>
        <translation>KL prevista de esta capa sola cuando se han quitado esta unidad y todas las anteriores.</translation>
    </message>
    <message>
        <source>With all other units, Gaussian: −½ ln(1 − share of its activity that they predict).</source>
        <translation>Con todas las demás unidades, gaussiana: −½ ln(1 − parte de su actividad que predicen).</translation>
    </message>
    <message>
        <source>(none: %1 nat)</source>
        <translation>(ninguna: %1 nat)</translation>
    </message>
</context>
<context>
    <name>schmidt::Layouts</name>
    <message>
        <source>&amp;Explore</source>
        <translation>&amp;Explorar</translation>
    </message>
    <message>
        <source>&amp;Tune</source>
        <translation>&amp;Ajustar</translation>
    </message>
    <message>
        <source>C&amp;ompare</source>
        <translation>C&amp;omparar</translation>
    </message>
    <message>
        <source>P&amp;resent</source>
        <translation>P&amp;resentar</translation>
    </message>
</context>
<context>
    <name>schmidt::LedgerPanel</name>
    <message>
        <source>Ledger</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Load recipe</source>
        <translation>Cargar receta</translation>
    </message>
    <message>
        <source>Put into use</source>
        <translation>Poner en uso</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Revertir</translation>
    </message>
    <message>
        <source>Runs of the project</source>
        <translation>Ejecuciones del proyecto</translation>
    </message>
    <message>
        <source>Selected run</source>
        <translation>Ejecución elegida</translation>
    </message>
    <message>
        <source>Details of the selected run</source>
        <translation>Detalles de la ejecución elegida</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>Registro de auditoría</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Verificar</translation>
    </message>
    <message>
        <source>Command: %1</source>
        <translation>Comando: %1</translation>
    </message>
    <message>
        <source>Engine: %1</source>
        <translation>Motor: %1</translation>
    </message>
    <message>
        <source>Workload: %1</source>
        <translation>Carga de trabajo: %1</translation>
    </message>
    <message>
        <source>Finished: %1</source>
        <translation>Terminado: %1</translation>
    </message>
    <message>
        <source>r%1 is now in use.</source>
        <translation>r%1 está ahora en uso.</translation>
    </message>
    <message>
        <source>r%1 is in use again.</source>
        <translation>r%1 vuelve a estar en uso.</translation>
    </message>
    <message>
        <source>Load recipe of r%1</source>
        <translation>Cargar receta de r%1</translation>
    </message>
    <message>
        <source>The chain is whole: no entry was changed or removed.</source>
        <translation>La cadena está íntegra: no se cambió ni eliminó ninguna entrada.</translation>
    </message>
    <message>
        <source>Filter by name, state, tag or note</source>
        <translation>Filtrar por nombre, estado, etiqueta o nota</translation>
    </message>
    <message>
        <source>Filter of the runs</source>
        <translation>Filtro de las ejecuciones</translation>
    </message>
    <message>
        <source>%1 of %2 runs</source>
        <translation>%1 de %2 ejecuciones</translation>
    </message>
</context>
<context>
    <name>schmidt::LinePlot</name>
    <message>
        <source>predicted</source>
        <translation>predicho</translation>
    </message>
</context>
<context>
    <name>schmidt::LogView</name>
    <message>
        <source>All lines</source>
        <translation>Todas las líneas</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Avisos y errores</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Errores</translation>
    </message>
    <message>
        <source>Level of the log</source>
        <translation>Nivel del registro</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copies the lines shown to the clipboard.</source>
        <translation>Copia las líneas mostradas al portapapeles.</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>Abrir archivo</translation>
    </message>
    <message>
        <source>Opens the file with the lines of this session.</source>
        <translation>Abre el archivo con las líneas de esta sesión.</translation>
    </message>
    <message>
        <source>Jobs write here what they do.</source>
        <translation>Aquí escriben los trabajos lo que hacen.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>done after %1 s</source>
        <translation>terminado tras %1 s</translation>
    </message>
    <message>
        <source>info</source>
        <translation>información</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>aviso</translation>
    </message>
    <message>
        <source>error</source>
        <translation>error</translation>
    </message>
</context>
<context>
    <name>schmidt::MachineRow</name>
    <message>
        <source>%1 of %2 memory</source>
        <translation>%1 de %2 RAM</translation>
    </message>
    <message>
        <source>%1 memory</source>
        <translation>%1 RAM</translation>
    </message>
    <message>
        <source>%1 of %2 disk</source>
        <translation>%1 de %2 disco</translation>
    </message>
    <message>
        <source>%1 disk</source>
        <translation>%1 en disco</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Equipo</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Contexto</translation>
    </message>
    <message>
        <source>Context length for the memory, tokens</source>
        <translation>Longitud de contexto para la memoria, tokens</translation>
    </message>
    <message>
        <source>Heal afterwards</source>
        <translation>Sanar después</translation>
    </message>
    <message>
        <source>Minutes of healing after the compression, 0 is off</source>
        <translation>Minutos de sanación tras la compresión, 0 la apaga</translation>
    </message>
    <message>
        <source>off</source>
        <translation>apagada</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>✓ fits: %1</source>
        <translation>✓ cabe: %1</translation>
    </message>
    <message>
        <source>✗ does not fit: %1</source>
        <translation>✗ no cabe: %1</translation>
    </message>
    <message>
        <source>Predicted: weights and key-value cache for the context, and the exported file.</source>
        <translation>Previsto: pesos y caché clave-valor para el contexto, y el archivo exportado.</translation>
    </message>
    <message>
        <source>✓ fits</source>
        <translation>✓ cabe</translation>
    </message>
    <message>
        <source>Trains the compressed model to repeat the original&apos;s answers for so many minutes. What that is predicted to gain stands below the KL.</source>
        <translation>Entrena el modelo comprimido tantos minutos para repetir las respuestas del original. Lo que se prevé ganar está debajo de la KL.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>tokens</translation>
    </message>
</context>
<context>
    <name>schmidt::MainWindow</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Screens</source>
        <translation>Pantallas</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Inicio</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>Open &amp;model…</source>
        <translation>Abrir &amp;modelo…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>Abrir &amp;proyecto…</translation>
    </message>
    <message>
        <source>Ctrl+Shift+O</source>
        <translation>Ctrl+Shift+O</translation>
    </message>
    <message>
        <source>Open &amp;sample project</source>
        <translation>Abrir proyecto de &amp;ejemplo</translation>
    </message>
    <message>
        <source>&amp;Close project</source>
        <translation>&amp;Cerrar proyecto</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Salir</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Editar</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>&amp;Goals…</source>
        <translation>&amp;Objetivos…</translation>
    </message>
    <message>
        <source>Ctrl+G</source>
        <translation>Ctrl+G</translation>
    </message>
    <message>
        <source>&amp;Commands…</source>
        <translation>&amp;Comandos…</translation>
    </message>
    <message>
        <source>Ctrl+K</source>
        <translation>Ctrl+K</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Claro</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Oscuro</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>&amp;Alto contraste</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>E&amp;jecutar</translation>
    </message>
    <message>
        <source>&amp;Analyze</source>
        <translation>&amp;Analizar</translation>
    </message>
    <message>
        <source>Analyze</source>
        <translation>Analizar</translation>
    </message>
    <message>
        <source>Ctrl+Shift+A</source>
        <translation>Ctrl+Shift+A</translation>
    </message>
    <message>
        <source>&amp;Run recipe</source>
        <translation>&amp;Ejecutar receta</translation>
    </message>
    <message>
        <source>Run recipe</source>
        <translation>Ejecutar receta</translation>
    </message>
    <message>
        <source>Ctrl+R</source>
        <translation>Ctrl+R</translation>
    </message>
    <message>
        <source>&amp;Evaluate runs</source>
        <translation>E&amp;valuar ejecuciones</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Evaluar</translation>
    </message>
    <message>
        <source>Ctrl+E</source>
        <translation>Ctrl+E</translation>
    </message>
    <message>
        <source>&amp;Measure speed and memory</source>
        <translation>&amp;Medir velocidad y memoria</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>Medir velocidad</translation>
    </message>
    <message>
        <source>Ctrl+B</source>
        <translation>Ctrl+B</translation>
    </message>
    <message>
        <source>&amp;Cancel all jobs</source>
        <translation>&amp;Cancelar todos los trabajos</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>A&amp;yuda</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>&amp;Manual</translation>
    </message>
    <message>
        <source>Manual</source>
        <translation>Manual</translation>
    </message>
    <message>
        <source>Open a model or a project first.</source>
        <translation>Abra primero un modelo o un proyecto.</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>Abrir modelo</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors config.json);;All files (*)</source>
        <translation>Modelos (*.gguf *.safetensors config.json);;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Abrir proyecto</translation>
    </message>
    <message>
        <source>%1 is no project: it has no project.db. Choose a project folder, or open a model to begin one.</source>
        <translation>%1 no es un proyecto: no contiene project.db. Elija una carpeta de proyecto o abra un modelo para empezar uno.</translation>
    </message>
    <message>
        <source>The sample project is missing from %1; install the program again.</source>
        <translation>Falta el proyecto de ejemplo en %1; vuelva a instalar el programa.</translation>
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
        <translation>&amp;Presentar</translation>
    </message>
    <message>
        <source>F11</source>
        <translation>F11</translation>
    </message>
    <message>
        <source>&amp;Search best sizes</source>
        <translation>&amp;Buscar los mejores tamaños</translation>
    </message>
    <message>
        <source>A search needs the analysis first; press Analyze.</source>
        <translation>Una búsqueda necesita antes el análisis; pulse «Analizar».</translation>
    </message>
    <message>
        <source>Search best sizes</source>
        <translation>Buscar los mejores tamaños</translation>
    </message>
    <message>
        <source>For 15 minutes</source>
        <translation>Durante 15 minutos</translation>
    </message>
    <message>
        <source>For 1 hour</source>
        <translation>Durante 1 hora</translation>
    </message>
    <message>
        <source>For 8 hours</source>
        <translation>Durante 8 horas</translation>
    </message>
    <message>
        <source>Drop a model or a project folder anywhere in the window to open it.</source>
        <translation>Suelte un modelo o una carpeta de proyecto en la ventana para abrirlo.</translation>
    </message>
    <message>
        <source>F1 explains the screen, Ctrl+K finds every command.</source>
        <translation>F1 explica la vista, Ctrl+K encuentra cualquier orden.</translation>
    </message>
    <message>
        <source>Click into the map to choose a matrix; drag the cut line.</source>
        <translation>Haga clic en el mapa para elegir una matriz; arrastre la línea de corte.</translation>
    </message>
    <message>
        <source>Ctrl+Z takes back a whole drag of a slider.</source>
        <translation>Ctrl+Z deshace un arrastre completo del control.</translation>
    </message>
    <message>
        <source>A job that was stopped goes on where it stopped.</source>
        <translation>Un trabajo detenido continúa donde se detuvo.</translation>
    </message>
    <message>
        <source>A difference inside its noise is grey.</source>
        <translation>Una diferencia dentro de su ruido es gris.</translation>
    </message>
    <message>
        <source>Words written here are kept when the card is made anew.</source>
        <translation>Lo escrito aquí se conserva cuando la ficha se rehace.</translation>
    </message>
    <message>
        <source>Click a header to sort; star, tags and note are edited in place.</source>
        <translation>Haga clic en un encabezado para ordenar; estrella, etiquetas y nota se editan en su sitio.</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspector</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>The program did not end properly last time, so it starts in its first layout.</source>
        <translation>El programa no terminó correctamente la última vez, por lo que empieza con su primera disposición.</translation>
    </message>
    <message>
        <source>The program did not end properly last time, so it starts without %1; the draft recipe is kept: open the project from the list of recent ones.</source>
        <translation>El programa no terminó correctamente la última vez, por lo que empieza sin %1; el borrador de la receta se conserva: abra el proyecto desde la lista de recientes.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Ventana</translation>
    </message>
    <message>
        <source>Print to PDF</source>
        <translation>Imprimir en PDF</translation>
    </message>
    <message>
        <source>PDF documents (*.pdf)</source>
        <translation>Documentos PDF (*.pdf)</translation>
    </message>
    <message>
        <source>The screen is printed to %1.</source>
        <translation>La vista se ha impreso en %1.</translation>
    </message>
    <message>
        <source>P&amp;rint to PDF…</source>
        <translation>Imp&amp;rimir en PDF…</translation>
    </message>
    <message>
        <source>La&amp;yout</source>
        <translation>Disp&amp;osición</translation>
    </message>
    <message>
        <source>Layout: %1</source>
        <translation>Disposición: %1</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>&amp;Restablecer la disposición</translation>
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
        <translation>&amp;Teclas</translation>
    </message>
    <message>
        <source>Import energy of a &amp;wall meter…</source>
        <translation>Importar la energía de un &amp;medidor de enchufe…</translation>
    </message>
    <message>
        <source>Import energy of a wall meter</source>
        <translation>Importar la energía de un medidor de enchufe</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt)</source>
        <translation>Tablas (*.csv *.tsv *.txt)</translation>
    </message>
    <message>
        <source>Import energy</source>
        <translation>Importar energía</translation>
    </message>
    <message>
        <source>&amp;Locate model…</source>
        <translation>&amp;Localizar modelo…</translation>
    </message>
    <message>
        <source>Locate model</source>
        <translation>Localizar modelo</translation>
    </message>
    <message>
        <source>Evaluate &amp;through llama.cpp</source>
        <translation>Evaluar a &amp;través de llama.cpp</translation>
    </message>
    <message>
        <source>Evaluate through llama.cpp</source>
        <translation>Evaluar a través de llama.cpp</translation>
    </message>
    <message>
        <source>Measure speed at longer contexts and more te&amp;xts</source>
        <translation>Medir la velocidad con más contexto y más te&amp;xtos</translation>
    </message>
    <message>
        <source>Measure speed in a sweep</source>
        <translation>Medir la velocidad en una serie</translation>
    </message>
    <message>
        <source>Measure speed in ONNX Runtime</source>
        <translation>Medir la velocidad en ONNX Runtime</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, fp32</source>
        <translation>Medir la velocidad en el motor propio, fp32</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, bf16</source>
        <translation>Medir la velocidad en el motor propio, bf16</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, 8 bits</source>
        <translation>Medir la velocidad en el motor propio, 8 bits</translation>
    </message>
    <message>
        <source>Measure speed in this program&apos;s engine, 4 bits</source>
        <translation>Medir la velocidad en el motor propio, 4 bits</translation>
    </message>
    <message>
        <source>Measure speed in other run&amp;times</source>
        <translation>Medir la velocidad en otros en&amp;tornos</translation>
    </message>
</context>
<context>
    <name>schmidt::Measures</name>
    <message>
        <source>singular values by rank</source>
        <translation>valores singulares por rango</translation>
    </message>
    <message>
        <source>log₁₀ σ/σ₁ of one matrix per layer, from the largest value to the smallest. A row that stays bright to the right has no small directions to cut.</source>
        <translation>log₁₀ σ/σ₁ de una matriz por capa, del valor mayor al menor. Una fila que sigue clara hacia la derecha no tiene direcciones pequeñas que recortar.</translation>
    </message>
    <message>
        <source>energy by rank</source>
        <translation>energía por rango</translation>
    </message>
    <message>
        <source>Share of Σσ² kept by the first r values, in the metric of the inputs where it is known.</source>
        <translation>Parte de Σσ² que conservan los primeros r valores, en la métrica de las entradas cuando se conoce.</translation>
    </message>
    <message>
        <source>entanglement entropy</source>
        <translation>entropía de entrelazamiento</translation>
    </message>
    <message>
        <source>S = −Σ p ln p with p = σ²/Σσ², between the rows and the columns of the matrix.</source>
        <translation>S = −Σ p ln p con p = σ²/Σσ², entre las filas y las columnas de la matriz.</translation>
    </message>
    <message>
        <source>effective rank</source>
        <translation>rango efectivo</translation>
    </message>
    <message>
        <source>exp S: the number of equally strong directions with the same entropy.</source>
        <translation>exp S: el número de direcciones igual de fuertes con la misma entropía.</translation>
    </message>
    <message>
        <source>normalized effective rank</source>
        <translation>rango efectivo normalizado</translation>
    </message>
    <message>
        <source>Effective rank divided by the full rank; 1 means that no direction stands out.</source>
        <translation>Rango efectivo dividido por el rango total; 1 significa que ninguna dirección destaca.</translation>
    </message>
    <message>
        <source>participation ratio</source>
        <translation>razón de participación</translation>
    </message>
    <message>
        <source>(Σσ²)²/Σσ⁴: like the effective rank, but dominated by the strongest directions.</source>
        <translation>(Σσ²)²/Σσ⁴: como el rango efectivo, pero dominada por las direcciones más fuertes.</translation>
    </message>
    <message>
        <source>weighted entropy</source>
        <translation>entropía ponderada</translation>
    </message>
    <message>
        <source>Entropy of the singular values of W·C½, where C is the second moment of the layer&apos;s inputs on the workload: what the task really uses.</source>
        <translation>Entropía de los valores singulares de W·C½, donde C es el segundo momento de las entradas de la capa con la carga de trabajo: lo que la tarea usa de verdad.</translation>
    </message>
    <message>
        <source>power-law alpha</source>
        <translation>alfa de ley de potencia</translation>
    </message>
    <message>
        <source>Exponent of the tail of λ = σ². Small values mean heavy tails. Judge it only together with the distance of its fit.</source>
        <translation>Exponente de la cola de λ = σ². Valores pequeños indican colas pesadas. Júzguelo solo junto con la distancia de su ajuste.</translation>
    </message>
    <message>
        <source>spikes above the bulk</source>
        <translation>picos sobre el bulk</translation>
    </message>
    <message>
        <source>Eigenvalues above the upper edge of the fitted Marchenko-Pastur bulk: directions that a random matrix would not have.</source>
        <translation>Autovalores por encima del borde superior del bulk de Marchenko-Pastur ajustado: direcciones que una matriz aleatoria no tendría.</translation>
    </message>
    <message>
        <source>block influence</source>
        <translation>influencia del bloque</translation>
    </message>
    <message>
        <source>1 − mean cosine between input and output of a block: how much the block changes what passes through it.</source>
        <translation>1 − coseno medio entre la entrada y la salida de un bloque: cuánto cambia el bloque lo que pasa por él.</translation>
    </message>
    <message>
        <source>sensitivity (KL)</source>
        <translation>sensibilidad (KL)</translation>
    </message>
    <message>
        <source>Measured KL to the original when one thing in one layer is reduced and nothing else. This is what predictions are made of.</source>
        <translation>KL medida respecto al original cuando se reduce una sola cosa en una sola capa. De esto se hacen las predicciones.</translation>
    </message>
    <message>
        <source>rank percentile (%)</source>
        <translation>percentil de rango (%)</translation>
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
        <translation>%1 bits</translation>
    </message>
    <message>
        <source>log₁₀ σ/σ₁</source>
        <translation>log₁₀ σ/σ₁</translation>
    </message>
    <message>
        <source>whole block</source>
        <translation>bloque entero</translation>
    </message>
</context>
<context>
    <name>schmidt::Messages</name>
    <message>
        <source>The target cannot be met; the fastest this recipe is predicted to reach is %1, since a part of every token&apos;s time does not depend on the weights. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>La meta no se puede alcanzar; lo más rápido que se prevé para esta receta es %1, pues una parte del tiempo de cada token no depende de los pesos. Libere capas, permita anchos por capa o elija esquemas con menos bits.</translation>
    </message>
    <message>
        <source>The target cannot be met; the least memory this recipe is predicted to need is %1, key-value cache included. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>La meta no se puede alcanzar; se prevé que esta receta necesite al menos %1 de memoria, caché de claves y valores incluida. Libere capas, permita anchos por capa o elija esquemas con menos bits.</translation>
    </message>
    <message>
        <source>The target cannot be met; the least energy this recipe is predicted to need is %1 J per token. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>La meta no se puede alcanzar; se prevé que esta receta necesite al menos %1 J por token. Libere capas, permita anchos por capa o elija esquemas con menos bits.</translation>
    </message>
    <message>
        <source>The target cannot be met; the smallest this recipe reaches is %1 of the parameters, %2. Unlock layers, allow per-layer widths or choose schemes with fewer bits.</source>
        <translation>La meta no se puede alcanzar; lo más pequeño que logra esta receta es %1 de los parámetros, %2. Libere capas, permita anchos por capa o elija esquemas con menos bits.</translation>
    </message>
    <message>
        <source>Even without pruning the predicted KL is %1, above the target %2; choose finer schemes or a higher target.</source>
        <translation>Incluso sin podar, la KL prevista es %1, por encima de la meta %2; elija esquemas más finos o una meta más alta.</translation>
    </message>
    <message>
        <source>Even without pruning the predicted rise of perplexity is %1, above the target %2; choose finer schemes or a higher target.</source>
        <translation>Incluso sin podar, el aumento previsto de la perplejidad es %1, por encima de la meta %2; elija esquemas más finos o una meta más alta.</translation>
    </message>
    <message>
        <source>The target cannot be predicted: %1.</source>
        <translation>La meta no se puede predecir: %1.</translation>
    </message>
    <message>
        <source>Layer %1: MLP width %2 is outside 0 to %3; the nearest possible is %4.</source>
        <translation>Capa %1: el ancho MLP %2 está fuera de 0 a %3; el más próximo posible es %4.</translation>
    </message>
    <message>
        <source>Layer %1: MLP width %2 is no multiple of 32, so its GGUF keeps down in 16 bits; %3 avoids that.</source>
        <translation>Capa %1: el ancho MLP %2 no es múltiplo de 32, así que su GGUF guarda down en 16 bits; %3 lo evita.</translation>
    </message>
    <message>
        <source>Layer %1: %2 KV groups is outside 0 to %3.</source>
        <translation>Capa %1: %2 grupos KV está fuera de 0 a %3.</translation>
    </message>
    <message>
        <source>Layer %1 %2: rank %3 is outside 0 to %4.</source>
        <translation>Capa %1 %2: el rango %3 está fuera de 0 a %4.</translation>
    </message>
    <message>
        <source>Layer %1 %2: the correction&apos;s rank %3 is outside 0 to %4.</source>
        <translation>Capa %1 %2: el rango %3 de la corrección está fuera de 0 a %4.</translation>
    </message>
    <message>
        <source>Layer %1 %2: only a quantized matrix can be corrected; choose a scheme for it or leave the correction out.</source>
        <translation>Capa %1 %2: solo se puede corregir una matriz cuantizada; elija un esquema para ella o quite la corrección.</translation>
    </message>
    <message>
        <source>Layer %1 %2: with a correction of rank %3 it is no smaller than in 16 bits; choose a lower rank or keep the matrix.</source>
        <translation>Capa %1 %2: con una corrección de rango %3 no es menor que en 16 bits; elija un rango menor o conserve la matriz.</translation>
    </message>
    <message>
        <source>Layer %1 %2: rank %3 stores more numbers than the matrix itself; below %4 it gets smaller.</source>
        <translation>Capa %1 %2: el rango %3 guarda más números que la propia matriz; por debajo de %4 se hace menor.</translation>
    </message>
    <message>
        <source>Layer %1 %2: a low-rank matrix cannot be quantized as well; choose one of the two.</source>
        <translation>Capa %1 %2: una matriz de rango bajo no se puede además cuantizar; elija una de las dos cosas.</translation>
    </message>
    <message>
        <source>Layer %1 %2: its %3 inputs are no multiple of group size %4; group size %5 works.</source>
        <translation>Capa %1 %2: sus %3 entradas no son múltiplo del tamaño de grupo %4; el tamaño %5 sirve.</translation>
    </message>
    <message>
        <source>Layer %1 %2: its %3 inputs are no multiple of group size %4; %5 inputs would work.</source>
        <translation>Capa %1 %2: sus %3 entradas no son múltiplo del tamaño de grupo %4; %5 entradas servirían.</translation>
    </message>
    <message>
        <source>Layer %1 differs in width from layer %2, but the recipe is uniform; make them equal or choose per-layer mode.</source>
        <translation>La capa %1 tiene otro ancho que la capa %2, pero la receta es uniforme; iguálelas o elija «Por capa».</translation>
    </message>
    <message>
        <source>No layer keeps its attention, so the model could not see its text; give one a KV group.</source>
        <translation>Ninguna capa conserva su atención, así que el modelo no vería su texto; deje un grupo KV en una.</translation>
    </message>
    <message>
        <source>A vocabulary of %1 tokens is outside %2 (one per byte) to %3; leave it out to keep all.</source>
        <translation>Un vocabulario de %1 tokens está fuera de %2 (uno por byte) a %3; quítelo para conservarlos todos.</translation>
    </message>
    <message>
        <source>A vocabulary of %1 tokens is no multiple of %2, which runtimes compute fastest; %3 is.</source>
        <translation>Un vocabulario de %1 tokens no es múltiplo de %2, con los que los entornos calculan más rápido; %3 sí lo es.</translation>
    </message>
    <message>
        <source>The recipe is for %1 layers, the model has %2; make the recipe for this model.</source>
        <translation>La receta es para %1 capas, el modelo tiene %2; haga la receta para este modelo.</translation>
    </message>
    <message>
        <source>A recipe needs at least 1024 calibration tokens.</source>
        <translation>Una receta necesita al menos 1024 tokens de calibración.</translation>
    </message>
    <message>
        <source>Damping and drift correction of a recipe lie between 0 and 1.</source>
        <translation>La amortiguación y la corrección de deriva de una receta están entre 0 y 1.</translation>
    </message>
    <message>
        <source>Healing needs limits that are not negative and a learning rate between 0, which leaves it to the program, and 0.01.</source>
        <translation>Sanar necesita límites no negativos y una tasa de aprendizaje entre 0, que la deja al programa, y 0,01.</translation>
    </message>
    <message>
        <source>The embedding&apos;s %1 inputs are no multiple of group size %2; choose group size 32 or 64.</source>
        <translation>Las %1 entradas del embedding no son múltiplo del tamaño de grupo %2; elija 32 o 64.</translation>
    </message>
    <message>
        <source>window %1</source>
        <translation>ventana %1</translation>
    </message>
    <message>
        <source>no overlap</source>
        <translation>sin solapamiento</translation>
    </message>
    <message>
        <source>no BOS</source>
        <translation>sin BOS</translation>
    </message>
    <message>
        <source>standard error over %1 windows</source>
        <translation>error estándar sobre %1 ventanas</translation>
    </message>
    <message>
        <source>one window</source>
        <translation>una ventana</translation>
    </message>
    <message>
        <source>so no standard error</source>
        <translation>por eso sin error estándar</translation>
    </message>
    <message>
        <source>median of %1 repetitions</source>
        <translation>mediana de %1 repeticiones</translation>
    </message>
    <message>
        <source>%1 x %2 repetitions in fresh processes</source>
        <translation>%1 x %2 repeticiones en procesos nuevos</translation>
    </message>
    <message>
        <source>90th percentile of %1 decoded tokens</source>
        <translation>percentil 90 de %1 tokens decodificados</translation>
    </message>
    <message>
        <source>keys and values of the whole context</source>
        <translation>claves y valores de todo el contexto</translation>
    </message>
    <message>
        <source>largest resident size of the process</source>
        <translation>mayor tamaño residente del proceso</translation>
    </message>
    <message>
        <source>resident size after the runs</source>
        <translation>tamaño residente tras las ejecuciones</translation>
    </message>
    <message>
        <source>largest resident size beyond that without a model</source>
        <translation>mayor tamaño residente por encima del que hay sin modelo</translation>
    </message>
    <message>
        <source>resident size after the runs beyond that without a model</source>
        <translation>tamaño residente tras las ejecuciones por encima del que hay sin modelo</translation>
    </message>
    <message>
        <source>%1 held-out tokens of the workload</source>
        <translation>%1 tokens reservados de la carga</translation>
    </message>
    <message>
        <source>%1 epochs of %2 calibration tokens</source>
        <translation>%1 épocas de %2 tokens de calibración</translation>
    </message>
    <message>
        <source>counted</source>
        <translation>contado</translation>
    </message>
    <message>
        <source>after a prompt of %1 tokens</source>
        <translation>tras un prompt de %1 tokens</translation>
    </message>
    <message>
        <source>the measured files</source>
        <translation>los archivos medidos</translation>
    </message>
    <message>
        <source>zero-shot log-likelihood</source>
        <translation>log-verosimilitud sin ejemplos</translation>
    </message>
    <message>
        <source>against the baseline %1 items gained</source>
        <translation>frente a la referencia %1 preguntas ganadas</translation>
    </message>
    <message>
        <source>per token of the baseline</source>
        <translation>por token de la referencia</translation>
    </message>
    <message>
        <source>per own token</source>
        <translation>por token propio</translation>
    </message>
    <message>
        <source>against the baseline restricted to the same %1 tokens</source>
        <translation>frente a la referencia restringida a los mismos %1 tokens</translation>
    </message>
    <message>
        <source>the baseline restricted to the same tokens has %1</source>
        <translation>la referencia restringida a los mismos tokens tiene %1</translation>
    </message>
    <message>
        <source>%1 of its own tokens (%2) for the bytes of %3 of the baseline&apos;s</source>
        <translation>%1 tokens propios (%2) para los bytes de %3 de la referencia</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 tokens</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 bytes</translation>
    </message>
    <message>
        <source>%1 lost</source>
        <translation>%1 perdidas</translation>
    </message>
    <message>
        <source>%1 epochs of %2 tokens</source>
        <translation>%1 épocas de %2 tokens</translation>
    </message>
    <message>
        <source>There is nothing at %1; check the path.</source>
        <translation>No hay nada en %1; compruebe la ruta.</translation>
    </message>
    <message>
        <source>%1 is a PyTorch pickle, which can run code when opened; convert the model to safetensors or GGUF.</source>
        <translation>%1 es un pickle de PyTorch, que puede ejecutar código al abrirse; convierta el modelo a safetensors o GGUF.</translation>
    </message>
    <message>
        <source>%1 is a diffusion pipeline; only language models are supported.</source>
        <translation>%1 es una cadena de difusión; solo se admiten modelos de lenguaje.</translation>
    </message>
    <message>
        <source>%1 holds no model: a folder needs config.json and .safetensors files.</source>
        <translation>%1 no contiene ningún modelo: una carpeta necesita config.json y archivos .safetensors.</translation>
    </message>
    <message>
        <source>%1 is neither a GGUF file nor a model folder.</source>
        <translation>%1 no es un archivo GGUF ni una carpeta de modelo.</translation>
    </message>
    <message>
        <source>%1 holds no model.safetensors and no shard index; weights in other formats are not read.</source>
        <translation>%1 no contiene model.safetensors ni un índice de partes; los pesos en otros formatos no se leen.</translation>
    </message>
    <message>
        <source>%1 holds its weights as PyTorch pickles; convert them to safetensors.</source>
        <translation>%1 guarda sus pesos como pickles de PyTorch; conviértalos a safetensors.</translation>
    </message>
    <message>
        <source>%1 has no config.json; a model folder needs one.</source>
        <translation>%1 no tiene config.json; una carpeta de modelo lo necesita.</translation>
    </message>
    <message>
        <source>Models of type &quot;%1&quot; are not supported; supported types are %2.</source>
        <translation>Los modelos de tipo &quot;%1&quot; no se admiten; se admiten %2.</translation>
    </message>
    <message>
        <source>The shard %1 is missing from %2; copy all shards of the model.</source>
        <translation>Falta la parte %1 en %2; copie todas las partes del modelo.</translation>
    </message>
    <message>
        <source>The tensor %1 is missing from %2; the model is incomplete.</source>
        <translation>Falta el tensor %1 en %2; el modelo está incompleto.</translation>
    </message>
    <message>
        <source>%1 is empty; it was probably not copied completely.</source>
        <translation>%1 está vacío; probablemente no se copió por completo.</translation>
    </message>
    <message>
        <source>%1 ends inside tensor &quot;%2&quot;; it was probably not copied completely.</source>
        <translation>%1 termina dentro del tensor &quot;%2&quot;; probablemente no se copió por completo.</translation>
    </message>
    <message>
        <source>The GGUF file ends inside its header; it was probably not copied completely.</source>
        <translation>El archivo GGUF termina dentro de su cabecera; probablemente no se copió por completo.</translation>
    </message>
    <message>
        <source>The GGUF file ends inside tensor &quot;%1&quot;; it was probably not copied completely.</source>
        <translation>El archivo GGUF termina dentro del tensor &quot;%1&quot;; probablemente no se copió por completo.</translation>
    </message>
    <message>
        <source>%1 is no safetensors file, or it is truncated.</source>
        <translation>%1 no es un archivo safetensors, o está truncado.</translation>
    </message>
    <message>
        <source>Tensor &quot;%1&quot; of %2 holds NaN or infinity; the model is damaged.</source>
        <translation>El tensor &quot;%1&quot; de %2 contiene NaN o infinito; el modelo está dañado.</translation>
    </message>
    <message>
        <source>Cannot open %1; check the path and its permissions.</source>
        <translation>No se puede abrir %1; compruebe la ruta y los permisos.</translation>
    </message>
    <message>
        <source>Cannot read %1: there is no such file.</source>
        <translation>No se puede leer %1: ese archivo no existe.</translation>
    </message>
    <message>
        <source>Cannot read %1; check its permissions.</source>
        <translation>No se puede leer %1; compruebe los permisos.</translation>
    </message>
    <message>
        <source>Cannot create the folder %1; choose a place you may write to.</source>
        <translation>No se puede crear la carpeta %1; elija un lugar donde pueda escribir.</translation>
    </message>
    <message>
        <source>Cannot create the project folder %1; choose a place you may write to.</source>
        <translation>No se puede crear la carpeta de proyecto %1; elija un lugar donde pueda escribir.</translation>
    </message>
    <message>
        <source>Cannot create %1; choose a place you may write to.</source>
        <translation>No se puede crear %1; elija un lugar donde pueda escribir.</translation>
    </message>
    <message>
        <source>Cannot write %1; choose a place you may write to.</source>
        <translation>No se puede escribir %1; elija un lugar donde pueda escribir.</translation>
    </message>
    <message>
        <source>Cannot write %1; the disk may be full or read-only.</source>
        <translation>No se puede escribir %1; el disco puede estar lleno o ser de solo lectura.</translation>
    </message>
    <message>
        <source>Cannot write %1; the disk may be full.</source>
        <translation>No se puede escribir %1; el disco puede estar lleno.</translation>
    </message>
    <message>
        <source>The project&apos;s database cannot be written: the disk is full or failing; free space and repeat, nothing was lost.</source>
        <translation>No se puede escribir la base de datos del proyecto: el disco está lleno o falla; libere espacio y repita, no se ha perdido nada.</translation>
    </message>
    <message>
        <source>The project cannot be written; check the folder&apos;s permissions or copy the project to a place you may write to.</source>
        <translation>No se puede escribir el proyecto; compruebe los permisos de la carpeta o copie el proyecto a un lugar donde pueda escribir.</translation>
    </message>
    <message>
        <source>Another process keeps the project&apos;s database locked; wait for it or end it, then repeat.</source>
        <translation>Otro proceso mantiene bloqueada la base de datos del proyecto; espérelo o termínelo y repita.</translation>
    </message>
    <message>
        <source>The project&apos;s database project.db is damaged or is no database; restore it from a copy.</source>
        <translation>La base de datos project.db del proyecto está dañada o no es una base de datos; restáurela desde una copia.</translation>
    </message>
    <message>
        <source>The project %1 is open for reading only; open it for writing or copy it to a place you may write to.</source>
        <translation>El proyecto %1 está abierto solo para lectura; ábralo para escribir o cópielo a un lugar donde pueda escribir.</translation>
    </message>
    <message>
        <source>The project %1 has version %2, this program reads up to version %3; open it with a newer program.</source>
        <translation>El proyecto %1 tiene la versión %2 y este programa lee hasta la versión %3; ábralo con un programa más nuevo.</translation>
    </message>
    <message>
        <source>The project %1 is about %2; choose a new folder for another model.</source>
        <translation>El proyecto %1 trata de %2; elija una carpeta nueva para otro modelo.</translation>
    </message>
    <message>
        <source>%1 is not a project: it has no %2; name the folder of a project.</source>
        <translation>%1 no es un proyecto: no tiene %2; indique la carpeta de un proyecto.</translation>
    </message>
    <message>
        <source>%1 belongs to another program; choose the folder of a project.</source>
        <translation>%1 pertenece a otro programa; elija la carpeta de un proyecto.</translation>
    </message>
    <message>
        <source>There is no earlier promoted run to go back to; promote a run first.</source>
        <translation>No hay ninguna ejecución anterior en uso a la que volver; ponga antes una en uso.</translation>
    </message>
    <message>
        <source>There is not enough free memory for this job; close other programs or use a smaller model.</source>
        <translation>No hay memoria libre suficiente para este trabajo; cierre otros programas o use un modelo más pequeño.</translation>
    </message>
    <message>
        <source>The process ended before the run was finished; run it again to resume.</source>
        <translation>El proceso terminó antes de acabar la ejecución; láncela de nuevo para continuar.</translation>
    </message>
    <message>
        <source>Stopped on request; nothing was left half-written.</source>
        <translation>Detenido a petición; nada quedó a medio escribir.</translation>
    </message>
    <message>
        <source>Open a project first.</source>
        <translation>Abra primero un proyecto.</translation>
    </message>
    <message>
        <source>weights and key-value cache for %1 tokens</source>
        <translation>pesos y caché de claves y valores para %1 tokens</translation>
    </message>
    <message>
        <source>and what measured runs took beside them</source>
        <translation>y lo que ejecuciones medidas usaron además</translation>
    </message>
    <message>
        <source>buffers were not measured</source>
        <translation>no se midieron los búferes</translation>
    </message>
    <message>
        <source>against the baseline restricted to the same tokens</source>
        <translation>frente a la referencia restringida a los mismos tokens</translation>
    </message>
    <message>
        <source>after healing on %1 tokens</source>
        <translation>tras la curación con %1 tokens</translation>
    </message>
    <message>
        <source>training alone</source>
        <translation>solo el entrenamiento</translation>
    </message>
    <message>
        <source>against this program in fp32</source>
        <translation>respecto a este programa en fp32</translation>
    </message>
    <message>
        <source>behind %1 tokens</source>
        <translation>tras %1 tokens</translation>
    </message>
    <message>
        <source>%1 texts at once</source>
        <translation>%1 textos a la vez</translation>
    </message>
    <message>
        <source>tokens of all counted</source>
        <translation>contados los tokens de todos</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 hilos</translation>
    </message>
    <message>
        <source>Layer %1 %2: bond %3 is outside 0 to %4.</source>
        <translation>Capa %1 %2: el enlace %3 está fuera de 0 a %4.</translation>
    </message>
    <message>
        <source>Layer %1 %2: a tensor network cannot be quantized or of low rank as well; choose one.</source>
        <translation>Capa %1 %2: una red tensorial no puede estar además cuantizada o tener rango bajo; elija una de las dos.</translation>
    </message>
    <message>
        <source>Layer %1 %2: bond %3 stores more numbers than the matrix itself; below %4 it gets smaller.</source>
        <translation>Capa %1 %2: el enlace %3 guarda más números que la propia matriz; por debajo de %4 se hace menor.</translation>
    </message>
    <message>
        <source>What a tensor network loses is not predicted, so no plan starts from a recipe that holds one; add networks to the finished plan.</source>
        <translation>Lo que pierde una red tensorial no se predice, así que ningún plan parte de una receta que contenga una; añada las redes al plan terminado.</translation>
    </message>
</context>
<context>
    <name>schmidt::Metrics</name>
    <message>
        <source>Bits per byte</source>
        <translation>Bits por byte</translation>
    </message>
    <message>
        <source>the analysis did not measure a smaller vocabulary; analyze again</source>
        <translation>el análisis no midió un vocabulario más pequeño; analice de nuevo</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplejidad</translation>
    </message>
    <message>
        <source>Mean negative log-likelihood</source>
        <translation>Log-verosimilitud negativa media</translation>
    </message>
    <message>
        <source>ln perplexity ratio to the baseline</source>
        <translation>ln de la razón de perplejidad con la referencia</translation>
    </message>
    <message>
        <source>KL to the baseline, mean</source>
        <translation>KL con la referencia, media</translation>
    </message>
    <message>
        <source>KL to the baseline, median</source>
        <translation>KL con la referencia, mediana</translation>
    </message>
    <message>
        <source>KL to the baseline, 99th percentile</source>
        <translation>KL con la referencia, percentil 99</translation>
    </message>
    <message>
        <source>Same most likely token as the baseline</source>
        <translation>Mismo token más probable que la referencia</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Exactitud</translation>
    </message>
    <message>
        <source>Decoding speed</source>
        <translation>Velocidad de generación</translation>
    </message>
    <message>
        <source>Prompt processing speed</source>
        <translation>Velocidad de lectura de la entrada</translation>
    </message>
    <message>
        <source>Time to first token</source>
        <translation>Tiempo hasta el primer token</translation>
    </message>
    <message>
        <source>Time between tokens, 90th percentile</source>
        <translation>Tiempo entre tokens, percentil 90</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Memoria máxima</translation>
    </message>
    <message>
        <source>Resident memory</source>
        <translation>Memoria residente</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>Caché KV</translation>
    </message>
    <message>
        <source>Energy per token</source>
        <translation>Energía por token</translation>
    </message>
    <message>
        <source>Energy per token above idle</source>
        <translation>Energía por token por encima del reposo</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>Tamaño del archivo</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parámetros</translation>
    </message>
    <message>
        <source>Parameters in blocks</source>
        <translation>Parámetros en bloques</translation>
    </message>
    <message>
        <source>has no measured size to compare with the baseline</source>
        <translation>no tiene un tamaño medido que comparar con la referencia</translation>
    </message>
    <message>
        <source>is %1 smaller than the baseline</source>
        <translation>es un %1 menor que la referencia</translation>
    </message>
    <message>
        <source>is %1 larger than the baseline</source>
        <translation>es un %1 mayor que la referencia</translation>
    </message>
    <message>
        <source>its quality was not measured</source>
        <translation>su calidad no se ha medido</translation>
    </message>
    <message>
        <source>predicted KL to it %1</source>
        <translation>KL prevista con ella %1</translation>
    </message>
    <message>
        <source>KL to it %1</source>
        <translation>KL con ella %1</translation>
    </message>
    <message>
        <source>no goals are set</source>
        <translation>no hay objetivos fijados</translation>
    </message>
    <message>
        <source>goals: %1 met, %2 missed, %3 not measured</source>
        <translation>objetivos: %1 cumplidos, %2 incumplidos, %3 sin medir</translation>
    </message>
    <message>
        <source>r%1 (%2) %3; %4; %5.</source>
        <translation>r%1 (%2) %3; %4; %5.</translation>
    </message>
    <message>
        <source>Held-out KL before healing</source>
        <translation>KL en texto de control antes de la curación</translation>
    </message>
    <message>
        <source>Held-out KL after healing</source>
        <translation>KL en texto de control después de la curación</translation>
    </message>
    <message>
        <source>Tokens healed on</source>
        <translation>Tokens leídos para curar</translation>
    </message>
    <message>
        <source>measure the baseline first (bench)</source>
        <translation>mida primero la referencia (medir velocidad)</translation>
    </message>
    <message>
        <source>no energy counter was readable when the baseline was measured</source>
        <translation>ningún contador de energía era legible al medir la referencia</translation>
    </message>
    <message>
        <source>the runs answered at the same time</source>
        <translation>las ejecuciones respondieron a la vez</translation>
    </message>
    <message>
        <source>no repetition was measured</source>
        <translation>no se midió ninguna repetición</translation>
    </message>
    <message>
        <source>no decoded token was timed</source>
        <translation>no se cronometró ningún token</translation>
    </message>
    <message>
        <source>the system did not tell it</source>
        <translation>el sistema no lo indicó</translation>
    </message>
    <message>
        <source>no token was scored</source>
        <translation>no se evaluó ningún token</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>no medido</translation>
    </message>
    <message>
        <source>this machine offers no readable energy counter</source>
        <translation>esta máquina no tiene un contador de energía legible</translation>
    </message>
    <message>
        <source>the analysis did not measure layers without attention or MLP; analyze again</source>
        <translation>no se midieron capas sin atención o MLP; analice de nuevo</translation>
    </message>
    <message>
        <source>Healing speed</source>
        <translation>Velocidad de curación</translation>
    </message>
    <message>
        <source>KL after healing</source>
        <translation>KL tras la curación</translation>
    </message>
    <message>
        <source>a first healed run tells how fast this machine heals</source>
        <translation>una primera ejecución curada dirá a qué velocidad cura esta máquina</translation>
    </message>
    <message numerus="yes">
        <source>behind %n tokens</source>
        <translation>
            <numerusform>tras %n token</numerusform>
            <numerusform>tras %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n texts at once</source>
        <translation>
            <numerusform>%n texto a la vez</numerusform>
            <numerusform>%n textos a la vez</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n hilo</numerusform>
            <numerusform>%n hilos</numerusform>
        </translation>
    </message>
    <message>
        <source>tensor networks are not predicted; Spectra &gt; Bonds tells what each one loses</source>
        <translation>las redes tensoriales no se predicen; Espectros &gt; Enlaces dice lo que pierde cada una</translation>
    </message>
    <message>
        <source>KL added by the runtime</source>
        <translation>KL que añade el entorno</translation>
    </message>
</context>
<context>
    <name>schmidt::ModelPanel</name>
    <message>
        <source>Analyze</source>
        <translation>Analizar</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Arquitectura</translation>
    </message>
    <message>
        <source>Goals</source>
        <translation>Objetivos</translation>
    </message>
    <message>
        <source>Edit goals…</source>
        <translation>Editar objetivos…</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensores</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>Filtrar por nombre</translation>
    </message>
    <message>
        <source>Filter tensors by name</source>
        <translation>Filtrar tensores por nombre</translation>
    </message>
    <message>
        <source>Tensors of the model</source>
        <translation>Tensores del modelo</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Ningún modelo</translation>
    </message>
    <message>
        <source>Open a model with Ctrl+O.</source>
        <translation>Abra un modelo con Ctrl+O.</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familia</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parámetros</translation>
    </message>
    <message>
        <source>in blocks</source>
        <translation>en bloques</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>Tamaño oculto</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>Ancho MLP</translation>
    </message>
    <message>
        <source>Query heads</source>
        <translation>Cabezas de consulta</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>Grupos KV</translation>
    </message>
    <message>
        <source>Head size</source>
        <translation>Tamaño de cabeza</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vocabulario</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Contexto</translation>
    </message>
    <message>
        <source>Embeddings</source>
        <translation>Embeddings</translation>
    </message>
    <message>
        <source>tied to the head</source>
        <translation>compartidos con la cabeza</translation>
    </message>
    <message>
        <source>separate head</source>
        <translation>cabeza aparte</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Workload: %1</source>
        <translation>Carga de trabajo: %1</translation>
    </message>
    <message>
        <source>No limits are set yet.</source>
        <translation>Aún no hay límites.</translation>
    </message>
    <message>
        <source>The tensors are listed when the file of the model is there again. Analysis and finished runs can be read without it.</source>
        <translation>Los tensores aparecen cuando el archivo del modelo vuelve a estar. El análisis y las ejecuciones terminadas se leen sin él.</translation>
    </message>
    <message>
        <source>Open a model to see its tensors.</source>
        <translation>Abra un modelo para ver sus tensores.</translation>
    </message>
    <message>
        <source>The file of this model is missing.</source>
        <translation>Falta el archivo de este modelo.</translation>
    </message>
    <message>
        <source>Locate model…</source>
        <translation>Localizar modelo…</translation>
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
        <translation>n/d</translation>
    </message>
    <message>
        <source>M</source>
        <comment>million</comment>
        <translation>M</translation>
    </message>
</context>
<context>
    <name>schmidt::ParetoPlot</name>
    <message>
        <source>file size (MB)</source>
        <translation>tamaño del archivo (MB)</translation>
    </message>
    <message>
        <source>KL to the original (nat)</source>
        <translation>KL al original (nat)</translation>
    </message>
    <message>
        <source>Size against quality</source>
        <translation>Tamaño frente a calidad</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>referencia</translation>
    </message>
    <message>
        <source>goal: ≤ %1</source>
        <translation>objetivo: ≤ %1</translation>
    </message>
    <message>
        <source>goal: KL ≤ %1</source>
        <translation>objetivo: KL ≤ %1</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>borrador</translation>
    </message>
    <message>
        <source>%1
%2, KL %3 predicted</source>
        <translation>%1
%2, KL %3 predicha</translation>
    </message>
    <message>
        <source>%1
%2, KL %3 ± %4 measured</source>
        <translation>%1
%2, KL %3 ± %4 medida</translation>
    </message>
    <message>
        <source>%1, KL %2 predicted</source>
        <translation>%1, KL %2 predicha</translation>
    </message>
    <message>
        <source>%1, KL %2 predicted
band %3 to %4
click or drag loads this recipe</source>
        <translation>%1, KL %2 predicha
banda de %3 a %4
un clic o arrastrar carga esta receta</translation>
    </message>
</context>
<context>
    <name>schmidt::PlotWidget</name>
    <message>
        <source>Show everything</source>
        <translation>Mostrar todo</translation>
    </message>
</context>
<context>
    <name>schmidt::PresentView</name>
    <message>
        <source>Present mode</source>
        <translation>Presentación</translation>
    </message>
    <message>
        <source>← → scenes   N notes   Esc leave</source>
        <translation>← → escenas   N notas   Esc salir</translation>
    </message>
    <message>
        <source>Open a model or the sample project; its scenes appear here.</source>
        <translation>Abra un modelo o el proyecto de ejemplo; sus escenas aparecen aquí.</translation>
    </message>
    <message>
        <source>Singular values over layers</source>
        <translation>Valores singulares por capa</translation>
    </message>
    <message>
        <source>Goals</source>
        <translation>Objetivos</translation>
    </message>
    <message>
        <source>For the speaker</source>
        <translation>Para quien habla</translation>
    </message>
    <message>
        <source>Sentence of this scene</source>
        <translation>Frase de esta escena</translation>
    </message>
    <message>
        <source>Time since the first scene, and when this scene should end.</source>
        <translation>Tiempo desde la primera escena y cuándo debería acabar esta.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Nothing to present yet</source>
        <translation>Aún no hay nada que presentar</translation>
    </message>
    <message>
        <source>MLPs</source>
        <translation>MLP</translation>
    </message>
    <message>
        <source>attention</source>
        <translation>atención</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>embedding</translation>
    </message>
    <message>
        <source>Parameters by part</source>
        <translation>Parámetros por parte</translation>
    </message>
    <message>
        <source>original</source>
        <translation>original</translation>
    </message>
    <message>
        <source>No file has been measured yet.</source>
        <translation>Aún no se ha medido ningún archivo.</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>sin medir</translation>
    </message>
    <message>
        <source>✓ met</source>
        <translation>✓ cumplido</translation>
    </message>
    <message>
        <source>✗ missed</source>
        <translation>✗ incumplido</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Respuestas</translation>
    </message>
</context>
<context>
    <name>schmidt::QueuePanel</name>
    <message>
        <source>Queue</source>
        <translation>Cola</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Subir</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Repetir</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Trabajos</translation>
    </message>
    <message>
        <source>No job has run in this session. Analyze a model or run a recipe, and it appears here.</source>
        <translation>En esta sesión no se ha ejecutado ningún trabajo. Analice un modelo o ejecute una receta y aparecerá aquí.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Salida</translation>
    </message>
    <message>
        <source>Log of the selected job</source>
        <translation>Salida del trabajo elegido</translation>
    </message>
    <message>
        <source>The same on the command line</source>
        <translation>Lo mismo en la línea de comandos</translation>
    </message>
    <message>
        <source>Command line that repeats the job</source>
        <translation>Línea de comandos que repite el trabajo</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Bajar</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Puts a night&apos;s worth of recipes into the queue.</source>
        <translation>Encola recetas para toda una noche.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Resume from “%1”</source>
        <translation>Reanudar desde «%1»</translation>
    </message>
    <message>
        <source>Several recipes…</source>
        <translation>Varias recetas…</translation>
    </message>
    <message>
        <source>Stops the job where it is; it keeps its memory and goes on when you resume it.</source>
        <translation>Detiene el trabajo donde está; conserva su memoria y sigue cuando lo reanude.</translation>
    </message>
    <message>
        <source>Why it failed</source>
        <translation>Por qué falló</translation>
    </message>
</context>
<context>
    <name>schmidt::RadarPlot</name>
    <message>
        <source>%1, %2: %3 times the baseline</source>
        <translation>%1, %2: %3 veces la referencia</translation>
    </message>
    <message>
        <source>A profile needs three measures of the baseline and a variant; “Evaluate” and “Measure speed” take them.</source>
        <translation>Un perfil necesita tres medidas de la referencia y de una variante; «Evaluar» y «Medir velocidad» las toman.</translation>
    </message>
    <message>
        <source>Profile against the baseline</source>
        <translation>Perfil frente a la referencia</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>referencia</translation>
    </message>
</context>
<context>
    <name>schmidt::Reasons</name>
    <message>
        <source>the draft removes it</source>
        <translation>se va con el borrador</translation>
    </message>
    <message>
        <source>the draft keeps it</source>
        <translation>en el borrador</translation>
    </message>
    <message>
        <source>It stands out of what a random matrix would have.</source>
        <translation>Sobresale de lo que tendría una matriz aleatoria.</translation>
    </message>
    <message>
        <source>A random matrix would have directions as strong as this one.</source>
        <translation>Una matriz aleatoria tendría direcciones igual de fuertes.</translation>
    </message>
    <message>
        <source>It is weaker than any direction of a random matrix would be.</source>
        <translation>Es más débil que cualquier dirección de una matriz aleatoria.</translation>
    </message>
    <message>
        <source>above</source>
        <translation>por encima</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>dentro</translation>
    </message>
    <message>
        <source>below</source>
        <translation>por debajo</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>energía</translation>
    </message>
    <message>
        <source>on your workload</source>
        <translation>en su carga</translation>
    </message>
    <message>
        <source>of the weights</source>
        <translation>de los pesos</translation>
    </message>
    <message>
        <source>Its σ² over the sum of all, in the metric of the inputs where it is known.</source>
        <translation>Su σ² entre la suma de todos, en la métrica de las entradas donde se conoce.</translation>
    </message>
    <message>
        <source>lost from here on</source>
        <translation>perdido desde aquí</translation>
    </message>
    <message>
        <source>before any refit</source>
        <translation>antes de reajustar</translation>
    </message>
    <message>
        <source>Energy of this direction and of all behind it: the relative squared error of the matrix&apos;s output when it is cut before this one.</source>
        <translation>Energía de esta dirección y de todas las que siguen: el error cuadrático relativo de la salida de la matriz si se corta antes de esta.</translation>
    </message>
    <message>
        <source>σ/σ₁</source>
        <translation>σ/σ₁</translation>
    </message>
    <message>
        <source>shuffled weights %1</source>
        <translation>pesos barajados %1</translation>
    </message>
    <message>
        <source>Singular value of the plain weights beside that of the same weights in random places.</source>
        <translation>Valor singular de los pesos sin ponderar junto al de los mismos pesos en lugares al azar.</translation>
    </message>
    <message>
        <source>σ/σ₁, weighted</source>
        <translation>σ/σ₁, ponderado</translation>
    </message>
    <message>
        <source>Singular value of W·C½, C = second moment of the inputs on the workload.</source>
        <translation>Valor singular de W·C½, C = segundo momento de las entradas en la carga.</translation>
    </message>
    <message>
        <source>random-matrix bulk</source>
        <translation>bulk de matriz aleatoria</translation>
    </message>
    <message>
        <source>fit KS %1</source>
        <translation>KS %1</translation>
    </message>
    <message>
        <source>Direction %1 goes as number %2 of %3</source>
        <translation>La dirección %1 se va como número %2 de %3</translation>
    </message>
    <message>
        <source>%1: it carries %2 of the weights&apos; energy, with all that go before it %3.</source>
        <translation>%1: lleva el %2 de la energía de los pesos; con todas las que se van antes, el %3.</translation>
    </message>
    <message>
        <source>%1: it carries %2 of what the matrix puts out on your workload, with all that go before it %3.</source>
        <translation>%1: lleva el %2 de lo que la matriz produce en su carga; con todas las que se van antes, el %3.</translation>
    </message>
    <message>
        <source>direction</source>
        <translation>dirección</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Counted from the largest singular value.</source>
        <translation>Contadas desde el mayor valor singular.</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>rank %1 of %2</source>
        <translation>puesto %1 de %2</translation>
    </message>
    <message>
        <source>Ranks count from the cheapest layer.</source>
        <translation>Los puestos cuentan desde la capa más barata.</translation>
    </message>
    <message>
        <source>KL at %1 of %2 KV groups ●</source>
        <translation>KL con %1 de %2 grupos KV ●</translation>
    </message>
    <message>
        <source>KL at %1 units ●</source>
        <translation>KL con %1 unidades ●</translation>
    </message>
    <message>
        <source>without KV group %1</source>
        <translation>sin el grupo KV %1</translation>
    </message>
    <message>
        <source>Share of the attention&apos;s output on your workload that the other groups cannot make up for after a refit. A run that removes several groups chooses each after the one before it is gone.</source>
        <translation>Parte de la salida de la atención en su carga que los demás grupos no pueden suplir tras el reajuste. Una ejecución que quita varios grupos elige cada uno cuando el anterior ya se ha ido.</translation>
    </message>
    <message>
        <source>All heads of this layer read one KV group, which stays.</source>
        <translation>Todas las cabezas de esta capa leen un solo grupo KV, que se queda.</translation>
    </message>
    <message>
        <source>H%1 goes and stays with KV group %2 (H%3 to H%4), which goes as number %5 of %6: without it %7 of the attention&apos;s output is lost after the refit.</source>
        <translation>H%1 se va y se queda con el grupo KV %2 (de H%3 a H%4), que se va como número %5 de %6: sin él se pierde el %7 de la salida de la atención tras el reajuste.</translation>
    </message>
    <message>
        <source>block influence</source>
        <translation>influencia del bloque</translation>
    </message>
    <message>
        <source>Half of the MLP of %1 costs %2 nat on your workload: number %3 of %4 when the cheapest blocks are narrowed first.</source>
        <translation>La mitad del MLP de %1 cuesta %2 nat en su carga: número %3 de %4 si primero se estrechan los bloques más baratos.</translation>
    </message>
    <message>
        <source>KL at 4 bits ●</source>
        <translation>KL con 4 bits ●</translation>
    </message>
    <message>
        <source>kept by the draft</source>
        <translation>conserva el borrador</translation>
    </message>
    <message>
        <source>%1 of %2 KV groups</source>
        <translation>%1 de %2 grupos KV</translation>
    </message>
    <message>
        <source>Share of the block&apos;s MLP units, and its KV groups.</source>
        <translation>Parte de las unidades MLP del bloque, y sus grupos KV.</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeDelegate</name>
    <message>
        <source>Scheme</source>
        <translation>Esquema</translation>
    </message>
    <message>
        <source>full rank</source>
        <translation>rango total</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rango</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>Grupos KV</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>Ancho MLP</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeDiffDialog</name>
    <message>
        <source>tokens kept</source>
        <translation>tokens conservados</translation>
    </message>
    <message>
        <source>all</source>
        <translation>todos</translation>
    </message>
    <message>
        <source>full</source>
        <translation>completo</translation>
    </message>
    <message>
        <source>Differences of recipes</source>
        <translation>Diferencias de recetas</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Recipe to compare with</source>
        <translation>Receta con que comparar</translation>
    </message>
    <message>
        <source>the original</source>
        <translation>el original</translation>
    </message>
    <message>
        <source>to the draft</source>
        <translation>al borrador</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Diferencias</translation>
    </message>
    <message>
        <source>where</source>
        <translation>dónde</translation>
    </message>
    <message>
        <source>what</source>
        <translation>qué</translation>
    </message>
    <message>
        <source>before</source>
        <translation>antes</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>borrador</translation>
    </message>
    <message>
        <source>These recipes do the same.</source>
        <translation>Estas recetas hacen lo mismo.</translation>
    </message>
    <message>
        <source>model</source>
        <translation>modelo</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>capas</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>uniforme</translation>
    </message>
    <message>
        <source>per layer</source>
        <translation>por capa</translation>
    </message>
    <message>
        <source>widths</source>
        <translation>anchuras</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>embedding</translation>
    </message>
    <message>
        <source>scheme</source>
        <translation>esquema</translation>
    </message>
    <message>
        <source>MLP width</source>
        <translation>anchura de MLP</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>grupos KV</translation>
    </message>
    <message>
        <source>scheme of %1</source>
        <translation>esquema de %1</translation>
    </message>
    <message>
        <source>rank of %1</source>
        <translation>rango de %1</translation>
    </message>
    <message>
        <source>correction of %1</source>
        <translation>corrección de %1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 tokens</translation>
    </message>
    <message>
        <source>off</source>
        <translation>no</translation>
    </message>
    <message>
        <source>healing</source>
        <translation>curación</translation>
    </message>
    <message>
        <source>bond of %1</source>
        <translation>enlace de %1</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeEdits</name>
    <message>
        <source>keep 16 bit</source>
        <translation>dejar 16 bits</translation>
    </message>
    <message>
        <source>Group size %1 does not divide %2 inputs.</source>
        <translation>El tamaño de grupo %1 no divide %2 entradas.</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeModel</name>
    <message>
        <source>Width of %1</source>
        <translation>Ancho de %1</translation>
    </message>
    <message numerus="yes">
        <source>Width of %n layers</source>
        <translation>
            <numerusform>Ancho de %n capa</numerusform>
            <numerusform>Ancho de %n capas</numerusform>
        </translation>
    </message>
    <message>
        <source>locked</source>
        <translation>bloqueada</translation>
    </message>
    <message>
        <source>not locked</source>
        <translation>no bloqueada</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>mixto</translation>
    </message>
    <message>
        <source>Measured KL when this layer&apos;s MLP is halved alone: %1 nat</source>
        <translation>KL medida al reducir a la mitad solo el MLP de esta capa: %1 nat</translation>
    </message>
    <message>
        <source>not probed yet</source>
        <translation>aún sin sondear</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>rango %1</translation>
    </message>
    <message>
        <source>full rank</source>
        <translation>rango total</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>capa</translation>
    </message>
    <message>
        <source>MLP kept</source>
        <translation>parte MLP</translation>
    </message>
    <message>
        <source>width</source>
        <translation>ancho</translation>
    </message>
    <message>
        <source>KV</source>
        <translation>KV</translation>
    </message>
    <message>
        <source>scheme</source>
        <translation>esquema</translation>
    </message>
    <message>
        <source>ΔKL ○</source>
        <translation>ΔKL ○</translation>
    </message>
    <message>
        <source>sensitivity ●</source>
        <translation>sensibilidad ●</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>fija</translation>
    </message>
    <message>
        <source>Share of MLP units kept. Drag, or use the arrow keys.</source>
        <translation>Parte de las unidades MLP conservadas. Arrastre o use las flechas.</translation>
    </message>
    <message>
        <source>MLP units kept, in multiples of 32; rank of a matrix</source>
        <translation>Unidades MLP conservadas, en múltiplos de 32; rango de una matriz</translation>
    </message>
    <message>
        <source>Key-value groups kept, each with its query heads</source>
        <translation>Grupos clave-valor conservados, cada uno con sus cabezas de consulta</translation>
    </message>
    <message>
        <source>How the weights are stored</source>
        <translation>Cómo se guardan los pesos</translation>
    </message>
    <message>
        <source>The layer&apos;s share of the predicted KL, nat</source>
        <translation>Parte de la capa en la KL predicha, nat</translation>
    </message>
    <message>
        <source>Measured KL when this layer&apos;s MLP is halved alone, nat</source>
        <translation>KL medida al reducir a la mitad solo el MLP de esta capa, nat</translation>
    </message>
    <message>
        <source>Sliders over all layers and the allocation leave a locked layer alone</source>
        <translation>Los controles de todas las capas y el reparto no tocan una capa bloqueada</translation>
    </message>
    <message>
        <source>Scheme of %1</source>
        <translation>Esquema de %1</translation>
    </message>
    <message>
        <source>Rank of %1</source>
        <translation>Rango de %1</translation>
    </message>
    <message>
        <source>Lock %1</source>
        <translation>Bloquear %1</translation>
    </message>
    <message>
        <source>Unlock %1</source>
        <translation>Desbloquear %1</translation>
    </message>
    <message>
        <source>KV groups of %1</source>
        <translation>Grupos KV de %1</translation>
    </message>
    <message>
        <source>Rounded, with a low-rank correction of rank %1</source>
        <translation>Redondeada, con una corrección de rango %1</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n capa</numerusform>
            <numerusform>%n capas</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore parts of %1</source>
        <translation>Restaurar partes de %1</translation>
    </message>
    <message>
        <source>Remove parts of %1</source>
        <translation>Quitar partes de %1</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>quitada</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>without its MLP: %1 nat</source>
        <translation>sin su MLP: %1 nat</translation>
    </message>
    <message>
        <source>without its attention: %1 nat</source>
        <translation>sin su atención: %1 nat</translation>
    </message>
    <message>
        <source>Transformer block; open it to see its matrices. Del removes it, the context menu its attention or MLP alone.</source>
        <translation>Bloque transformer; ábralo para ver sus matrices. Supr lo quita, el menú contextual también solo su atención o su MLP.</translation>
    </message>
    <message>
        <source>bond %1</source>
        <translation>enlace %1</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipePanel</name>
    <message>
        <source>Vocabulary</source>
        <translation>Vocabulario</translation>
    </message>
    <message>
        <source>Tokens kept of the vocabulary</source>
        <translation>Tokens del vocabulario que se conservan</translation>
    </message>
    <message>
        <source>The analysis did not look at smaller vocabularies: the tokenizer is no byte-level BPE, or the analysis is older; analyze again.</source>
        <translation>El análisis no examinó vocabularios más pequeños: el tokenizador no es un BPE a nivel de bytes o el análisis es anterior; analice de nuevo.</translation>
    </message>
    <message>
        <source>Keeps the bytes, the special tokens and the words this workload is most likely to need; embedding and head lose the other rows.</source>
        <translation>Conserva los bytes, los tokens especiales y las palabras que esta tarea necesitará con más probabilidad; el embedding y la cabeza pierden las demás filas.</translation>
    </message>
    <message>
        <source>all tokens</source>
        <translation>todos los tokens</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Receta</translation>
    </message>
    <message>
        <source>name of the recipe</source>
        <translation>nombre de la receta</translation>
    </message>
    <message>
        <source>Name of the recipe</source>
        <translation>Nombre de la receta</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>Cargar…</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>Run recipe</source>
        <translation>Ejecutar</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>mixto</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>Uniforme</translation>
    </message>
    <message>
        <source>Per layer</source>
        <translation>Por capa</translation>
    </message>
    <message>
        <source>MLP width kept</source>
        <translation>Ancho MLP</translation>
    </message>
    <message>
        <source>MLP width kept in all unlocked layers, percent</source>
        <translation>Ancho MLP conservado en todas las capas no bloqueadas, por ciento</translation>
    </message>
    <message>
        <source>KV groups</source>
        <translation>Grupos KV</translation>
    </message>
    <message>
        <source>KV groups kept in all unlocked layers</source>
        <translation>Grupos KV conservados en todas las capas no bloqueadas</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Pesos</translation>
    </message>
    <message>
        <source>Scheme of all unlocked layers</source>
        <translation>Esquema de todas las capas no bloqueadas</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>Embedding</translation>
    </message>
    <message>
        <source>Scheme of the embedding</source>
        <translation>Esquema del embedding</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>drag a slider, open a layer for its matrices</source>
        <translation>arrastre un control, abra una capa para ver sus matrices</translation>
    </message>
    <message>
        <source>Size against quality</source>
        <translation>Tamaño frente a calidad</translation>
    </message>
    <message>
        <source>Where the loss comes from</source>
        <translation>De dónde viene la pérdida</translation>
    </message>
    <message>
        <source>Width and predicted KL by layer</source>
        <translation>Ancho y KL predicha por capa</translation>
    </message>
    <message>
        <source>width kept</source>
        <translation>ancho conservado</translation>
    </message>
    <message>
        <source>predicted KL</source>
        <translation>KL predicha</translation>
    </message>
    <message>
        <source>nat</source>
        <translation>nat</translation>
    </message>
    <message>
        <source>Sliders need an analysis</source>
        <translation>Los controles necesitan un análisis</translation>
    </message>
    <message>
        <source>Open spectra</source>
        <translation>Abrir espectros</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Abra primero un modelo.</translation>
    </message>
    <message>
        <source>The analysis is still running. Predictions become possible when its probes are done.</source>
        <translation>El análisis sigue en curso. Las predicciones serán posibles cuando terminen los sondeos.</translation>
    </message>
    <message>
        <source>The analysis measures what each reduction costs; from then on every slider shows its consequences at once.</source>
        <translation>El análisis mide lo que cuesta cada reducción; desde entonces cada control muestra sus consecuencias al instante.</translation>
    </message>
    <message>
        <source>This recipe changes nothing yet: move a slider or choose a scheme.</source>
        <translation>Esta receta aún no cambia nada: mueva un control o elija un esquema.</translation>
    </message>
    <message>
        <source>Compresses the model with this recipe and measures the result.</source>
        <translation>Comprime el modelo con esta receta y mide el resultado.</translation>
    </message>
    <message numerus="yes">
        <source>(and %n more)</source>
        <translation>
            <numerusform>(y %n más)</numerusform>
            <numerusform>(y %n más)</numerusform>
        </translation>
    </message>
    <message>
        <source>MLP width of all layers</source>
        <translation>Ancho MLP de todas las capas</translation>
    </message>
    <message>
        <source>KV groups of all layers</source>
        <translation>Grupos KV de todas las capas</translation>
    </message>
    <message>
        <source>Scheme of all layers</source>
        <translation>Esquema de todas las capas</translation>
    </message>
    <message>
        <source>Uniform widths</source>
        <translation>Anchos uniformes</translation>
    </message>
    <message>
        <source>Widths per layer</source>
        <translation>Anchos por capa</translation>
    </message>
    <message>
        <source>Recipe from the front</source>
        <translation>Receta del frente</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>borrador</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>Comprimir %1</translation>
    </message>
    <message>
        <source>%1 is in the queue.</source>
        <translation>%1 está en la cola.</translation>
    </message>
    <message>
        <source>Load recipe</source>
        <translation>Cargar receta</translation>
    </message>
    <message>
        <source>The recipe is for %1 layers, this model has %2; it was not loaded.</source>
        <translation>La receta es para %1 capas y este modelo tiene %2; no se ha cargado.</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>Guardar receta</translation>
    </message>
    <message>
        <source>Saved %1</source>
        <translation>Guardado: %1</translation>
    </message>
    <message>
        <source>Undo: %1</source>
        <translation>Deshacer: %1</translation>
    </message>
    <message>
        <source>Redo: %1</source>
        <translation>Rehacer: %1</translation>
    </message>
    <message>
        <source>Recipes ▾</source>
        <translation>Recetas ▾</translation>
    </message>
    <message>
        <source>Presets, recipes of runs, files and differences</source>
        <translation>Plantillas, recetas de ejecuciones, archivos y diferencias</translation>
    </message>
    <message>
        <source>Original: nothing removed, 16 bit</source>
        <translation>Original: nada quitado, 16 bits</translation>
    </message>
    <message>
        <source>Full width, 8 bit</source>
        <translation>Anchura completa, 8 bits</translation>
    </message>
    <message>
        <source>Full width, 4 bit</source>
        <translation>Anchura completa, 4 bits</translation>
    </message>
    <message>
        <source>15 % fewer parameters, 4 bit</source>
        <translation>15 % menos parámetros, 4 bits</translation>
    </message>
    <message>
        <source>30 % fewer parameters, 4 bit</source>
        <translation>30 % menos parámetros, 4 bits</translation>
    </message>
    <message>
        <source>Recipe of r%1 %2</source>
        <translation>Receta de r%1 %2</translation>
    </message>
    <message>
        <source>Differences…</source>
        <translation>Diferencias…</translation>
    </message>
    <message>
        <source>○ predicted  ● measured</source>
        <translation>○ previsto  ● medido</translation>
    </message>
    <message>
        <source>brighter = more KL</source>
        <translation>más claro = más KL</translation>
    </message>
    <message>
        <source>Allocate: %1</source>
        <translation>Repartir: %1</translation>
    </message>
    <message>
        <source>History of edits</source>
        <translation>Historial de cambios</translation>
    </message>
    <message>
        <source>No edit yet</source>
        <translation>Aún no hay cambios</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>Como se abrió</translation>
    </message>
    <message numerus="yes">
        <source>Click or drag along the dashed line to load its recipe. The band comes from %n measured recipes of this model: × or ÷ %1.</source>
        <translation>
            <numerusform>Un clic o arrastrar por la línea discontinua carga su receta. La banda procede de %n receta medida de este modelo: × o ÷ %1.</numerusform>
            <numerusform>Un clic o arrastrar por la línea discontinua carga su receta. La banda procede de %n recetas medidas de este modelo: × o ÷ %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Click or drag along the dashed line to load its recipe. Uncalibrated: fewer than three recipes of this model have been measured.</source>
        <translation>Un clic o arrastrar por la línea discontinua carga su receta. Sin calibrar: se han medido menos de tres recetas de este modelo.</translation>
    </message>
    <message>
        <source>The draft is already the best recipe for this target.</source>
        <translation>El borrador ya es la mejor receta para esta meta.</translation>
    </message>
    <message>
        <source>Correction</source>
        <translation>Corrección</translation>
    </message>
    <message>
        <source>Rank of the corrections of quantized matrices</source>
        <translation>Rango de las correcciones de matrices cuantizadas</translation>
    </message>
    <message>
        <source>What rounding takes from a matrix, approximated by two thin factors in 16 bits that are stored beside it. In GGUF files and folders they are a LoRA adapter. The predicted KL counts them once a run has shown what they gain.</source>
        <translation>Lo que el redondeo quita a una matriz, aproximado por dos factores estrechos en 16 bits que se guardan a su lado. En archivos GGUF y carpetas son un adaptador LoRA. La KL predicha los cuenta en cuanto una ejecución ha mostrado lo que aportan.</translation>
    </message>
    <message>
        <source>Only quantized matrices can be corrected: choose a scheme first.</source>
        <translation>Solo se pueden corregir matrices cuantizadas: elija antes un esquema.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>rango %1</translation>
    </message>
    <message>
        <source>Healing</source>
        <translation>Curación</translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeTree</name>
    <message>
        <source>Recipe by layer</source>
        <translation>Receta por capa</translation>
    </message>
    <message>
        <source>Remove MLP</source>
        <translation>Quitar el MLP</translation>
    </message>
    <message>
        <source>Restore MLP</source>
        <translation>Restaurar el MLP</translation>
    </message>
    <message>
        <source>Remove attention</source>
        <translation>Quitar la atención</translation>
    </message>
    <message>
        <source>Restore attention</source>
        <translation>Restaurar la atención</translation>
    </message>
    <message>
        <source>Remove block</source>
        <translation>Quitar el bloque</translation>
    </message>
    <message>
        <source>Restore block</source>
        <translation>Restaurar el bloque</translation>
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
        <translation>N.º</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>KL, nat</source>
        <translation>KL, nat</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Creado</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
</context>
<context>
    <name>schmidt::Scene</name>
    <message>
        <source>The model</source>
        <translation>El modelo</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>parámetros</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>capas</translation>
    </message>
    <message>
        <source>as a file in 16 bit</source>
        <translation>como archivo de 16 bits</translation>
    </message>
    <message>
        <source>%1 keeps %2 of its parameters in its layers; that is where it can shrink.</source>
        <translation>%1 guarda el %2 de sus parámetros en las capas; ahí puede encoger.</translation>
    </message>
    <message>
        <source>Say what the model is used for (workload: %1) and what limits it today: memory, speed or cost.</source>
        <translation>Diga para qué sirve el modelo (tarea: %1) y qué lo limita hoy: memoria, velocidad o coste.</translation>
    </message>
    <message>
        <source>What the spectra say</source>
        <translation>Lo que dicen los espectros</translation>
    </message>
    <message>
        <source>of the directions of a matrix carry its work</source>
        <translation>de las direcciones de una matriz hacen su trabajo</translation>
    </message>
    <message>
        <source>of a unit&apos;s activity follows from the others</source>
        <translation>de la actividad de una unidad se deduce de las demás</translation>
    </message>
    <message>
        <source>tokens of the workload were read</source>
        <translation>tokens de la tarea leídos</translation>
    </message>
    <message>
        <source>On “%1”, %2 of a matrix&apos;s directions do the work: the rest is correlation that a smaller matrix can carry.</source>
        <translation>En «%1», el %2 de las direcciones de una matriz hace el trabajo: el resto es correlación que cabe en una matriz menor.</translation>
    </message>
    <message>
        <source>Rows are layers, the left edge is the strongest direction. Dark on the right means: little is lost there. Point out one layer that differs from its neighbours.</source>
        <translation>Las filas son capas; a la izquierda está la dirección más fuerte. Oscuro a la derecha significa que allí se pierde poco. Señale una capa distinta de sus vecinas.</translation>
    </message>
    <message>
        <source>Predicted, then measured</source>
        <translation>Previsto y luego medido</translation>
    </message>
    <message>
        <source>KL predicted</source>
        <translation>KL prevista</translation>
    </message>
    <message>
        <source>KL measured</source>
        <translation>KL medida</translation>
    </message>
    <message>
        <source>band that 90 % of recipes keep to</source>
        <translation>banda que cumple el 90 % de las recetas</translation>
    </message>
    <message>
        <source>What the sliders promised for %1 is what was measured: inside the band.</source>
        <translation>Lo que los deslizadores prometían para %1 es lo que se midió: dentro de la banda.</translation>
    </message>
    <message>
        <source>For %1 the measurement lies outside the predicted band; the next predictions learn from it.</source>
        <translation>Para %1 la medida queda fuera de la banda prevista; las próximas predicciones aprenden de ella.</translation>
    </message>
    <message>
        <source>The dashed line is every size the sliders can reach with this recipe&apos;s schemes, before anything is computed; solid markers were run. The number predicted here learned from all runs but this one.</source>
        <translation>La línea discontinua es todo tamaño al que llegan los deslizadores con los esquemas de esta receta, antes de calcular nada; las marcas llenas se ejecutaron. La cifra prevista aquí aprendió de todas las ejecuciones menos esta.</translation>
    </message>
    <message>
        <source>Original and variant</source>
        <translation>Original y variante</translation>
    </message>
    <message>
        <source>file, now %1</source>
        <translation>archivo, ahora %1</translation>
    </message>
    <message>
        <source>decoding speed</source>
        <translation>velocidad de generación</translation>
    </message>
    <message>
        <source>KL to the original</source>
        <translation>KL con el original</translation>
    </message>
    <message>
        <source>%1 is in use instead of the original.</source>
        <translation>%1 está en uso en lugar del original.</translation>
    </message>
    <message>
        <source>Open Compare (Ctrl+5) afterwards for every measure with its uncertainty, and Chat there for answers side by side.</source>
        <translation>Después, «Comparar» (Ctrl+5) muestra cada medida con su incertidumbre y «Chat» las respuestas lado a lado.</translation>
    </message>
    <message>
        <source>The goals</source>
        <translation>Los objetivos</translation>
    </message>
    <message>
        <source>met</source>
        <translation>cumplidos</translation>
    </message>
    <message>
        <source>missed</source>
        <translation>incumplidos</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>sin medir</translation>
    </message>
    <message>
        <source>%1 meets every goal of the project.</source>
        <translation>%1 cumple todos los objetivos del proyecto.</translation>
    </message>
    <message>
        <source>%1 meets %2 of %3 goals; the rest says what to do next.</source>
        <translation>%1 cumple %2 de %3 objetivos; el resto dice qué hacer ahora.</translation>
    </message>
    <message>
        <source>Only measured values count. Ask whether a missed limit or the recipe should give way.</source>
        <translation>Solo cuenta lo medido. Pregunte si debe ceder el límite incumplido o la receta.</translation>
    </message>
    <message>
        <source>What they answer</source>
        <translation>Qué responden</translation>
    </message>
    <message>
        <source>the original writes</source>
        <translation>escribe el original</translation>
    </message>
    <message>
        <source>%1 writes</source>
        <translation>escribe %1</translation>
    </message>
    <message>
        <source>of all tokens come out the same</source>
        <translation>de todos los tokens salen iguales</translation>
    </message>
    <message>
        <source>Both were asked: “%1”</source>
        <translation>A ambos se les preguntó: «%1»</translation>
    </message>
    <message>
        <source>Read both answers aloud. Ask your own question in Compare &gt; Chat, blind if the guests should choose.</source>
        <translation>Lea ambas respuestas en voz alta. Haga su propia pregunta en Comparar &gt; Chat, a ciegas si los invitados deben elegir.</translation>
    </message>
</context>
<context>
    <name>schmidt::SpectraPanel</name>
    <message>
        <source>Spectra</source>
        <translation>Espectros</translation>
    </message>
    <message>
        <source>Matrix %1</source>
        <translation>Matriz %1</translation>
    </message>
    <message>
        <source>Measure shown by the map</source>
        <translation>Medida que muestra el mapa</translation>
    </message>
    <message>
        <source>Analyze again</source>
        <translation>Analizar de nuevo</translation>
    </message>
    <message>
        <source>Measures spectra, units and sensitivities on the chosen workload.</source>
        <translation>Mide espectros, unidades y sensibilidades con la carga de trabajo elegida.</translation>
    </message>
    <message>
        <source>Nothing has been analyzed yet</source>
        <translation>Aún no se ha analizado nada</translation>
    </message>
    <message>
        <source>Analyze</source>
        <translation>Analizar</translation>
    </message>
    <message>
        <source>Where the model keeps its correlations</source>
        <translation>Dónde guarda el modelo sus correlaciones</translation>
    </message>
    <message>
        <source>Map over layers</source>
        <translation>Mapa por capas</translation>
    </message>
    <message>
        <source>Keep this rank</source>
        <translation>Fijar este rango</translation>
    </message>
    <message>
        <source>Puts the rank of the cut line into the draft recipe. A low-rank matrix cannot be quantized as well.</source>
        <translation>Pone el rango de la línea de corte en el borrador de la receta. Una matriz de rango bajo no puede además cuantizarse.</translation>
    </message>
    <message>
        <source>The analysis is in the queue; spectra appear here as they are computed.</source>
        <translation>El análisis está en la cola; los espectros aparecen aquí a medida que se calculan.</translation>
    </message>
    <message>
        <source>Open a model first; then its spectra can be computed.</source>
        <translation>Abra primero un modelo; después podrán calcularse sus espectros.</translation>
    </message>
    <message>
        <source>The analysis decomposes every weight matrix, measures how the units of each layer depend on each other on your workload, and probes what each reduction costs. Spectra come first, after a few seconds.</source>
        <translation>El análisis descompone cada matriz de pesos, mide cómo dependen entre sí las unidades de cada capa con su carga de trabajo y sondea lo que cuesta cada reducción. Los espectros llegan primero, en pocos segundos.</translation>
    </message>
    <message>
        <source> · still being analyzed</source>
        <translation> · análisis en curso</translation>
    </message>
    <message>
        <source>%1, %2 tokens%3</source>
        <translation>%1, %2 tokens%3</translation>
    </message>
    <message>
        <source>The text that the statistics and weighted spectra are of.</source>
        <translation>El texto del que proceden las estadísticas y los espectros ponderados.</translation>
    </message>
    <message>
        <source>Not measured yet; it appears here as the analysis goes on.</source>
        <translation>Aún no medido; aparecerá aquí a medida que avance el análisis.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>This matrix has not been decomposed yet.</source>
        <translation>Esta matriz aún no se ha descompuesto.</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 of full</source>
        <translation>%1 del total</translation>
    </message>
    <message>
        <source>entropy S</source>
        <translation>entropía S</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>of at most %1</source>
        <translation>de %1 como máximo</translation>
    </message>
    <message>
        <source>effective rank</source>
        <translation>rango efectivo</translation>
    </message>
    <message>
        <source>participation ratio</source>
        <translation>razón de participación</translation>
    </message>
    <message>
        <source>weighted entropy</source>
        <translation>entropía ponderada</translation>
    </message>
    <message>
        <source>spikes above the bulk</source>
        <translation>picos sobre el bulk</translation>
    </message>
    <message>
        <source>power-law alpha</source>
        <translation>alfa de ley de potencia</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>n/d</translation>
    </message>
    <message>
        <source>no tail to fit</source>
        <translation>ninguna cola que ajustar</translation>
    </message>
    <message numerus="yes">
        <source>%n eigenvalues lie in the window.</source>
        <translation>
            <numerusform>%n autovalor está en la ventana.</numerusform>
            <numerusform>%n autovalores están en la ventana.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 × %2, two factors store %3 of it</source>
        <translation>%1 × %2, dos factores guardan el %3</translation>
    </message>
    <message>
        <source>%1 × %2, two factors would store more than the matrix</source>
        <translation>%1 × %2, dos factores ocuparían más que la matriz</translation>
    </message>
    <message>
        <source>Rank %1 for %2 %3</source>
        <translation>Rango %1 para %2 %3</translation>
    </message>
    <message>
        <source>The draft keeps rank %1 of %2 %3.</source>
        <translation>El borrador conserva el rango %1 de %2 %3.</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Cifras</translation>
    </message>
    <message>
        <source>No unit is chosen: click one in the plot of units.</source>
        <translation>No hay unidad elegida: pulse una en el gráfico de unidades.</translation>
    </message>
    <message>
        <source>eff. rank %1</source>
        <translation>rango ef. %1</translation>
    </message>
    <message>
        <source>fit KS %1</source>
        <translation>KS %1</translation>
    </message>
    <message>
        <source>The window is λ in %1 … %2.</source>
        <translation>La ventana es λ en %1 … %2.</translation>
    </message>
    <message>
        <source>Correlations</source>
        <translation>Correlaciones</translation>
    </message>
    <message>
        <source>Bonds</source>
        <translation>Enlaces</translation>
    </message>
    <message>
        <source>Spectra of matrices; who knows what about whom; a matrix as a product of two sites.</source>
        <translation>Espectros de matrices; quién sabe qué de quién; una matriz como producto de dos sitios.</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matriz</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Unidad</translation>
    </message>
    <message>
        <source>The cut line keeps every direction: drag it to see what one carries.</source>
        <translation>La línea de corte conserva todas las direcciones: arrástrela para ver qué lleva una.</translation>
    </message>
</context>
<context>
    <name>schmidt::SpectrumPlot</name>
    <message>
        <source>rank</source>
        <translation>rango</translation>
    </message>
    <message>
        <source>σ / σ₁</source>
        <translation>σ / σ₁</translation>
    </message>
    <message>
        <source>energy kept</source>
        <translation>energía conservada</translation>
    </message>
    <message>
        <source>Singular values with cut line</source>
        <translation>Valores singulares con línea de corte</translation>
    </message>
    <message>
        <source>Rank %1 of %2, energy %3</source>
        <translation>Rango %1 de %2, energía %3</translation>
    </message>
    <message>
        <source>random-matrix bulk, fit KS %1</source>
        <translation>bulk de matriz aleatoria, KS %1</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>energía</translation>
    </message>
    <message>
        <source>shuffled</source>
        <translation>barajado</translation>
    </message>
    <message>
        <source>activation-weighted</source>
        <translation>ponderado por activación</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>sin ponderar</translation>
    </message>
    <message>
        <source>keep %1 of %2 · energy %3</source>
        <translation>conserva %1 de %2 · energía %3</translation>
    </message>
    <message>
        <source>rank %1
σ %2</source>
        <translation>rango %1
σ %2</translation>
    </message>
    <message>
        <source>
weighted %1</source>
        <translation>
ponderado %1</translation>
    </message>
    <message>
        <source>
shuffled %1</source>
        <translation>
barajado %1</translation>
    </message>
    <message>
        <source>
energy %1</source>
        <translation>
energía %1</translation>
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
        <translation>Abrir un modelo</translation>
    </message>
    <message>
        <source>A GGUF file or a Hugging Face folder. Only headers are read, so any size opens at once.</source>
        <translation>Un archivo GGUF o una carpeta de Hugging Face. Solo se leen las cabeceras, así que cualquier tamaño se abre al instante.</translation>
    </message>
    <message>
        <source>Open model…</source>
        <translation>Abrir modelo…</translation>
    </message>
    <message>
        <source>Look around</source>
        <translation>Echar un vistazo</translation>
    </message>
    <message>
        <source>A finished project of a small model, made by this program: spectra, recipes, runs.</source>
        <translation>Un proyecto terminado de un modelo pequeño, hecho con este programa: espectros, recetas, ejecuciones.</translation>
    </message>
    <message>
        <source>Open sample</source>
        <translation>Abrir ejemplo</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>A project folder keeps the analysis, the recipes and every run.</source>
        <translation>Una carpeta de proyecto guarda el análisis, las recetas y cada ejecución.</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>Abrir proyecto…</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>Proyectos recientes</translation>
    </message>
    <message>
        <source>None yet.</source>
        <translation>Ninguno todavía.</translation>
    </message>
    <message>
        <source>See how correlated the parts of a language model are, remove what your task does not need, and compare before you ship.</source>
        <translation>Vea cuán correlacionadas están las partes de un modelo de lenguaje, quite lo que su tarea no necesita y compare antes de entregar.</translation>
    </message>
    <message>
        <source>From a model to a smaller one</source>
        <translation>De un modelo a otro más pequeño</translation>
    </message>
    <message>
        <source>1  Say what it is for</source>
        <translation>1  Diga el fin</translation>
    </message>
    <message>
        <source>Choose a workload or your own text, and limits for size, speed and quality.</source>
        <translation>Elija una tarea o su propio texto, y límites de tamaño, velocidad y calidad.</translation>
    </message>
    <message>
        <source>2  See what hangs together</source>
        <translation>2  Vea lo que va unido</translation>
    </message>
    <message>
        <source>The analysis shows which directions, units and heads repeat what others say.</source>
        <translation>El análisis muestra qué direcciones, unidades y cabezas repiten lo que dicen otras.</translation>
    </message>
    <message>
        <source>3  Drag until it fits</source>
        <translation>3  Arrastre y ajuste</translation>
    </message>
    <message>
        <source>Size, quality, speed and memory are predicted while you move the sliders.</source>
        <translation>Tamaño, calidad, velocidad y memoria se predicen mientras mueve los controles.</translation>
    </message>
    <message>
        <source>4  Run and compare</source>
        <translation>4  Ejecute y compare</translation>
    </message>
    <message>
        <source>Measured beside the original: numbers, answers, token by token.</source>
        <translation>Medido junto al original: números, respuestas, token a token.</translation>
    </message>
    <message>
        <source>5  Hand it over</source>
        <translation>5  Entréguelo</translation>
    </message>
    <message>
        <source>Files that PyTorch, llama.cpp and ONNX Runtime open, with a model card.</source>
        <translation>Archivos que abren PyTorch, llama.cpp y ONNX Runtime, con ficha del modelo.</translation>
    </message>
</context>
<context>
    <name>schmidt::TargetRow</name>
    <message>
        <source>Target</source>
        <translation>Meta</translation>
    </message>
    <message>
        <source>Kind of target</source>
        <translation>Tipo de meta</translation>
    </message>
    <message>
        <source>parameters kept</source>
        <translation>parámetros</translation>
    </message>
    <message>
        <source>size at most</source>
        <translation>tamaño máx.</translation>
    </message>
    <message>
        <source>KL at most</source>
        <translation>KL máx.</translation>
    </message>
    <message>
        <source>perplexity rise at most</source>
        <translation>perplejidad máx. +</translation>
    </message>
    <message>
        <source>speed at least</source>
        <translation>velocidad mín.</translation>
    </message>
    <message>
        <source>memory at most</source>
        <translation>memoria máx.</translation>
    </message>
    <message>
        <source>energy at most</source>
        <translation>energía máx.</translation>
    </message>
    <message>
        <source> nat</source>
        <translation> nat</translation>
    </message>
    <message>
        <source> tok/s</source>
        <translation> tokens/s</translation>
    </message>
    <message>
        <source> J/tok</source>
        <translation> J/token</translation>
    </message>
    <message>
        <source>Target value</source>
        <translation>Valor de la meta</translation>
    </message>
    <message>
        <source>bits too</source>
        <translation>también bits</translation>
    </message>
    <message>
        <source>Each layer also chooses between 16, 8 and 4 bits.</source>
        <translation>Cada capa elige también entre 16, 8 y 4 bits.</translation>
    </message>
    <message>
        <source>Allocate</source>
        <translation>Repartir</translation>
    </message>
    <message>
        <source>Finds the widths and KV groups with the smallest predicted KL under the target.</source>
        <translation>Encuentra los anchos y grupos KV con la menor KL prevista por debajo del objetivo.</translation>
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
        <translation>Función</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Capa</translation>
    </message>
    <message>
        <source>Shape [out × in]</source>
        <translation>Forma [out × in]</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Elements</source>
        <translation>Elementos</translation>
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
        <translation>Elija un token del texto: con un clic, con las flechas o el peor con F8.</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Referencia</translation>
    </message>
    <message>
        <source>Likeliest tokens of the baseline</source>
        <translation>Tokens más probables de la referencia</translation>
    </message>
    <message>
        <source>✓ the text goes on with it   = the other model lists it too</source>
        <translation>✓ así sigue el texto   = también en la otra lista</translation>
    </message>
    <message>
        <source>Likeliest tokens of %1</source>
        <translation>Tokens más probables de %1</translation>
    </message>
    <message>
        <source>Token %1, %2: KL %3 nat, place %4 of %5</source>
        <translation>Token %1, %2: KL %3 nat, puesto %4 de %5</translation>
    </message>
    <message>
        <source>Probability p of the token that really follows, and −ln p.</source>
        <translation>Probabilidad p del token que sigue de verdad, y −ln p.</translation>
    </message>
    <message>
        <source>real token: %1 (%2 nat)</source>
        <translation>token real: %1 (%2 nat)</translation>
    </message>
</context>
<context>
    <name>schmidt::TokenLegend</name>
    <message>
        <source>Meaning of the backgrounds</source>
        <translation>Significado de los fondos</translation>
    </message>
    <message>
        <source>%1 nat and more</source>
        <translation>%1 nat y más</translation>
    </message>
    <message>
        <source>the models put different tokens first</source>
        <translation>los modelos ponen primero tokens distintos</translation>
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
        <translation>Token %1, «%2», KL %3 nat</translation>
    </message>
</context>
<context>
    <name>schmidt::TokensView</name>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>read by both models, each token predicted from the true text before it</source>
        <translation>leído por ambos modelos, cada token predicho a partir del texto verdadero anterior</translation>
    </message>
    <message>
        <source>Run compared with the baseline</source>
        <translation>Ejecución comparada con la referencia</translation>
    </message>
    <message>
        <source>Text to read</source>
        <translation>Texto que leer</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> tokens</translation>
    </message>
    <message>
        <source>Tokens at most</source>
        <translation>Tokens como máximo</translation>
    </message>
    <message>
        <source>Compare tokens</source>
        <translation>Comparar tokens</translation>
    </message>
    <message>
        <source>Own text</source>
        <translation>Texto propio</translation>
    </message>
    <message>
        <source>Type or paste a text of the kind this model will see</source>
        <translation>Escriba o pegue un texto como los que verá este modelo</translation>
    </message>
    <message>
        <source>KL of every token</source>
        <translation>KL de cada token</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>Anterior</translation>
    </message>
    <message>
        <source>To the token with the next larger KL (Shift+F8)</source>
        <translation>Al token con la KL mayor siguiente (Mayús+F8)</translation>
    </message>
    <message>
        <source>Next worst</source>
        <translation>Siguiente peor</translation>
    </message>
    <message>
        <source>To the token with the next smaller KL, at first to the largest (F8)</source>
        <translation>Al token con la KL menor siguiente, primero a la mayor (F8)</translation>
    </message>
    <message>
        <source>Text with the KL of every token</source>
        <translation>Texto con la KL de cada token</translation>
    </message>
    <message>
        <source>What both models expected</source>
        <translation>Lo que esperaban ambos modelos</translation>
    </message>
    <message>
        <source>Where the models part</source>
        <translation>Dónde se separan los modelos</translation>
    </message>
    <message>
        <source>distance of the residual streams after each layer, relative to the baseline&apos;s length</source>
        <translation>distancia de los flujos residuales tras cada capa, relativa a la referencia</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Umbral</translation>
    </message>
    <message>
        <source>Distance from which the models count as parted</source>
        <translation>Distancia desde la que los modelos cuentan como separados</translation>
    </message>
    <message>
        <source>Spectra of this layer</source>
        <translation>Espectros de esta capa</translation>
    </message>
    <message>
        <source>Distance of the residual streams over layers and tokens</source>
        <translation>Distancia de los flujos residuales por capas y tokens</translation>
    </message>
    <message>
        <source>r%1 %2</source>
        <translation>r%1 %2</translation>
    </message>
    <message>
        <source>Passage %1: %2</source>
        <translation>Pasaje %1: %2</translation>
    </message>
    <message>
        <source>Passage %1 of workload %2</source>
        <translation>Pasaje %1 de la carga %2</translation>
    </message>
    <message>
        <source>File %1</source>
        <translation>Archivo %1</translation>
    </message>
    <message>
        <source>Compare tokens of %1</source>
        <translation>Comparar tokens de %1</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>The weights of this run or the model are not on this machine.</source>
        <translation>Los pesos de esta ejecución o el modelo no están en este equipo.</translation>
    </message>
    <message>
        <source>Reads the text with the baseline and the chosen run; takes a few seconds.</source>
        <translation>Lee el texto con la referencia y la ejecución elegida; tarda unos segundos.</translation>
    </message>
    <message>
        <source>Another text is chosen than the one shown below; “Compare tokens” reads it.</source>
        <translation>El texto elegido es distinto del que se muestra abajo; «Comparar tokens» lo lee.</translation>
    </message>
    <message>
        <source>The run was made again after this comparison; “Compare tokens” brings it up to date.</source>
        <translation>La ejecución se rehízo después de esta comparación; «Comparar tokens» la pone al día.</translation>
    </message>
    <message>
        <source>Waiting for the job before it.</source>
        <translation>Espera a la tarea anterior.</translation>
    </message>
    <message>
        <source>Reading the text with both models, %1 done.</source>
        <translation>Ambos modelos leen el texto, %1 hecho.</translation>
    </message>
    <message>
        <source>There is no variant to compare yet: run a recipe first.</source>
        <translation>Aún no hay ninguna variante que comparar: ejecute primero una receta.</translation>
    </message>
    <message>
        <source>There is nothing to show.</source>
        <translation>No hay nada que mostrar.</translation>
    </message>
    <message>
        <source>No text was read with this run yet: choose one and press “Compare tokens”.</source>
        <translation>Aún no se leyó ningún texto con esta ejecución: elija uno y pulse «Comparar tokens».</translation>
    </message>
    <message>
        <source>No text was read with this run yet, and its weights are not on this machine; run its recipe again.</source>
        <translation>Aún no se leyó ningún texto con esta ejecución y sus pesos no están en este equipo; ejecute de nuevo su receta.</translation>
    </message>
    <message>
        <source>Appears with the comparison.</source>
        <translation>Aparece con la comparación.</translation>
    </message>
    <message>
        <source>● KL %1 nat on average · same likeliest token %2 · −ln p %3 → %4 nat · %5</source>
        <translation>● KL media %1 nat · mismo token más probable %2 · −ln p %3 → %4 nat · %5</translation>
    </message>
    <message>
        <source>predicted token</source>
        <translation>token predicho</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>capa</translation>
    </message>
    <message>
        <source>relative distance</source>
        <translation>distancia relativa</translation>
    </message>
    <message>
        <source>token %1 %2</source>
        <translation>token %1 %2</translation>
    </message>
    <message>
        <source>At %1 the models part at layer %2: the distance there, %3, is the first above the threshold of %4.</source>
        <translation>En %1 los modelos se separan en la capa %2: la distancia allí, %3, es la primera sobre el umbral de %4.</translation>
    </message>
    <message>
        <source>At %1 no layer is above the threshold of %2; the largest distance is %3, at layer %4.</source>
        <translation>En %1 ninguna capa supera el umbral de %2; la mayor distancia es %3, en la capa %4.</translation>
    </message>
</context>
<context>
    <name>schmidt::TotalsBar</name>
    <message>
        <source>from %1</source>
        <translation>antes %1</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parámetros</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplejidad</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Ritmo</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Energy per token</source>
        <translation>Energía por token</translation>
    </message>
    <message>
        <source>Predicted totals</source>
        <translation>Totales predichos</translation>
    </message>
    <message>
        <source>Predicted; the band holds 90 % of what was measured.</source>
        <translation>Predicho; la banda contiene el 90 % de lo medido.</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>primer token %1</translation>
    </message>
    <message>
        <source>healed %1</source>
        <translation>curado: %1</translation>
    </message>
</context>
<context>
    <name>schmidt::UnitPlot</name>
    <message>
        <source>units, first to go on the left</source>
        <translation>unidades, a la izquierda las primeras en irse</translation>
    </message>
    <message>
        <source>energy, score</source>
        <translation>energía, puntuación</translation>
    </message>
    <message>
        <source>redundancy</source>
        <translation>redundancia</translation>
    </message>
    <message>
        <source>MLP units in the order of removal</source>
        <translation>Unidades MLP en orden de eliminación</translation>
    </message>
    <message>
        <source>The units of this layer have not been measured yet.</source>
        <translation>Las unidades de esta capa aún no se han medido.</translation>
    </message>
    <message>
        <source>Unit %1 goes as number %2 of %3</source>
        <translation>La unidad %1 sale en el puesto %2 de %3</translation>
    </message>
    <message>
        <source>n/a</source>
        <translation>n/d</translation>
    </message>
    <message>
        <source>%1: the other units predict %2 of its activity, so removing it loses %3 of its energy after the refit.</source>
        <translation>%1: las demás unidades predicen el %2 de su actividad; al quitarla se pierde el %3 de su energía tras el reajuste.</translation>
    </message>
    <message>
        <source>%1: the other units predict %2 of its activity, unit %4 most of all, so removing it loses %3 of its energy after the refit.</source>
        <translation>%1: las demás unidades predicen el %2 de su actividad, sobre todo la unidad %4; al quitarla se pierde el %3 de su energía tras el reajuste.</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>energía</translation>
    </message>
    <message>
        <source>score</source>
        <translation>puntuación</translation>
    </message>
    <message numerus="yes">
        <source>the draft removes %n units</source>
        <translation>
            <numerusform>el borrador quita %n unidad</numerusform>
            <numerusform>el borrador quita %n unidades</numerusform>
        </translation>
    </message>
    <message>
        <source>unit %1, number %2 to go
energy %3
score %4
redundancy %5</source>
        <translation>unidad %1, sale en el puesto %2
energía %3
puntuación %4
redundancia %5</translation>
    </message>
    <message>
        <source>%1 nat</source>
        <translation>%1 nat</translation>
    </message>
    <message>
        <source>mutual information: 0</source>
        <translation>información mutua: 0</translation>
    </message>
    <message>
        <source>partner&apos;s place</source>
        <translation>lugar de la pareja</translation>
    </message>
</context>
<context>
    <name>schmidt::Workspace</name>
    <message>
        <source>This project has no model yet.</source>
        <translation>Este proyecto aún no tiene modelo.</translation>
    </message>
</context>
</TS>

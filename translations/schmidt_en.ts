<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>schmidt::ChatView</name>
    <message numerus="yes">
        <source>%n runs do not fit beside each other; choose fewer runs to see them.</source>
        <translation>
            <numerusform>%n run does not fit beside the others; choose fewer runs to see it.</numerusform>
            <numerusform>%n runs do not fit beside each other; choose fewer runs to see them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Ask %n runs</source>
        <translation>
            <numerusform>Ask %n run</numerusform>
            <numerusform>Ask %n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::ComparePanel</name>
    <message numerus="yes">
        <source>Evaluate %n runs</source>
        <translation>
            <numerusform>Evaluate %n run</numerusform>
            <numerusform>Evaluate %n runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Measure speed of %n runs</source>
        <translation>
            <numerusform>Measure speed of %n run</numerusform>
            <numerusform>Measure speed of %n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::JobStrip</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::RecipeModel</name>
    <message numerus="yes">
        <source>Width of %n layers</source>
        <translation>
            <numerusform>Width of %n layer</numerusform>
            <numerusform>Width of %n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::RecipePanel</name>
    <message numerus="yes">
        <source>(and %n more)</source>
        <translation>
            <numerusform>(and %n more)</numerusform>
            <numerusform>(and %n more)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Click or drag along the dashed line to load its recipe. The band comes from %n measured recipes of this model: × or ÷ %1.</source>
        <translation>
            <numerusform>Click or drag along the dashed line to load its recipe. The band comes from %n measured recipe of this model: × or ÷ %1.</numerusform>
            <numerusform>Click or drag along the dashed line to load its recipe. The band comes from %n measured recipes of this model: × or ÷ %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::SpectraPanel</name>
    <message numerus="yes">
        <source>%n eigenvalues lie in the window.</source>
        <translation>
            <numerusform>%n eigenvalue lies in the window.</numerusform>
            <numerusform>%n eigenvalues lie in the window.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::UnitPlot</name>
    <message numerus="yes">
        <source>the draft removes %n units</source>
        <translation>
            <numerusform>the draft removes %n unit</numerusform>
            <numerusform>the draft removes %n units</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::LayerView</name>
    <message numerus="yes">
        <source>%n units kept</source>
        <translation>
            <numerusform>%n unit kept</numerusform>
            <numerusform>%n units kept</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::ChatColumn</name>
    <message numerus="yes">
        <source>answering, %n tokens</source>
        <translation>
            <numerusform>answering, %n token</numerusform>
            <numerusform>answering, %n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::BatchDialog</name>
    <message numerus="yes">
        <source>Queue %n recipes</source>
        <translation>
            <numerusform>Queue %n recipe</numerusform>
            <numerusform>Queue %n recipes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::JobNotifier</name>
    <message numerus="yes">
        <source>%n seconds</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>schmidt::Metrics</name>
    <message numerus="yes">
        <source>behind %n tokens</source>
        <translation>
            <numerusform>behind %n token</numerusform>
            <numerusform>behind %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n texts at once</source>
        <translation>
            <numerusform>%n text at once</numerusform>
            <numerusform>%n texts at once</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
</TS>

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Comparison</name>
    <message>
        <source>new</source>
        <comment>a token that the base&apos;s vocabulary lacks</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>token</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparisonBoard</name>
    <message>
        <source>next token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wanted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers of all variants</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} more, at most {most} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>show fewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in this variant&apos;s vocabulary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in the base&apos;s vocabulary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{change} pp against {base}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>only plain names such as v_proj are accepted, no expressions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this version does not open adapters that use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is refused: {reasons}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version opens plain LoRA adapters; save it again without these settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter in {path}{made_for} does not fit {model}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the base that it was made for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} has an adapter attached already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detach it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} holds no adapter as PEFT writes it: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the adapter with PEFT&apos;s save_pretrained.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} holds whole numbers in {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the adapter with floating-point numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be used: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the file again, or remove it to open the adapter without its history.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is of format {found}, and this version reads format {known}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it with the version of LoRA Studio that wrote it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is no LoRA adapter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the merged model instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the growth must be applied: its rows are read from the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is of an unknown kind.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a file that ends in {known}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}, line {line} is longer than {limit:,} characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write one example a line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}, line {line} has no “text”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}, line {line}: the text is not a string.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} has no rows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file with one example a line.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is larger than {limit} MiB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split it into several files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}, line {line} is not valid JSON: {reason} (character {column}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}, line {line} is not a plain JSON object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path}, line {line} holds half a character (a lone surrogate).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} has more than {limit:,} rows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is there and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not UTF-8 text: line {line}, byte {byte}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it in an editor and save it as UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write each line like {{&quot;text&quot;: &quot;die katze sitzt&quot;}}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no prompt to compare with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin a prompt first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe is for {wanted}; {opened} is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open {wanted} first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is merged; there is no adapter to save.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base has no adapter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a trained or loaded variant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} exists already, and nothing is overwritten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a new name or an empty folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder or free some space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something unexpected went wrong: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy this message and report it. Nothing that was saved is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for it to end, or cancel it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>target layers are plain names such as v_proj</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model has no layer named {missing}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose from {there}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank {rank} is above the size of {layer}, which is {most}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a rank of at most {most}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the setting or get the folder again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the folder again from where it came from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} has something attached to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge or detach it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} describes a model of type {type}; this version opens MiniGPT folders.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a MiniGPT folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} does not fit {config}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the folder again; its files belong together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} does not hold 32-bit numbers in {names}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the model as float32.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it holds no JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not UTF-8 text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is cut off, or something else altogether</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header is too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it changed while it was read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no safetensors header</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header is no JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its metadata is not text by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type at least one word.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt has {count} tokens; {model} reads {limit} at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shorten it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe is larger than {limit} MiB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A recipe is a mapping of settings, such as “method: …”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe is not valid YAML: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe cannot be used: {reasons}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not empty; a run is never overwritten.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a new folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run folder {path} cannot be made: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to learn: {names} is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add at least one row of two words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} of {rows} rows are too short to learn from, such as “{row}”: a row needs at least two words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a word to each, or delete them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training stopped at step {step}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is unharmed. Choose a smaller batch or a shorter sequence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training stopped at step {step}: the loss was {loss}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last good state was kept. Choose a smaller learning rate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base cannot be detached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be renamed to “{new_name}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no variant named {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be understood: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The workspace opens with its default settings; the file is kept as studio.json.broken.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CurveSwitch</name>
    <message>
        <source>solid: the wanted token; dashed: the base&apos;s answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dotted: the base&apos;s answer, which should stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>side effect: this answer was to be kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flipped at {step}: {before} → {after}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DataFooter</name>
    <message>
        <source>Summary of the rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What happened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo what happened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 new word: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} new words: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 row is too short and will be left out: it needs at least two words.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} rows are too short and will be left out: they need at least two words.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DataPanel</name>
    <message>
        <source>New dataset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More for this dataset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move rows up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move rows down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find in the rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cut</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Into this dataset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As a new dataset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore built-in rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore built-in datasets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A dataset is a list of sentences to learn from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No rows yet. Type or paste sentences, one a line, or drop a .txt or .jsonl file here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} was removed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DatasetFiles</name>
    <message>
        <source>Import rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {file}: {count} rows so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 row from {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} rows from {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported to {file}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DatasetList</name>
    <message>
        <source>Datasets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>finetuning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fact correction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>knowledge correction</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DatasetModel</name>
    <message>
        <source>too short: needs at least two words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 word</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new to the base: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Dock</name>
    <message>
        <source>Float or dock the panel “{title}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the panel “{title}”</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Add row</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindField</name>
    <message>
        <source>Find in the rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No row contains this</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variants</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of a workspace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training is running.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was learned so far is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Stop and close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go on training</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;New dataset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Import dataset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;workspace…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About LoRA Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MethodPanel</name>
    <message>
        <source>&amp;Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>choose a preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>choose a method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known yet: the model is still loading.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known yet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>&amp;Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinnedList</name>
    <message>
        <source>Pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is pinned. Press Enter in the prompt to watch it here and while training.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PinnedRow</name>
    <message>
        <source>Pinned prompt: {prompt}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>side effect: {variants}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wanted: {token}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to be kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to be corrected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin “{prompt}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>side effect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlanBox</name>
    <message>
        <source>Trainable in A and B</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With embeddings and head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapter on disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimizer steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of {total} parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of all parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as PNG…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as SVG…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the values as CSV…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProbePanel</name>
    <message>
        <source>Probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the beginning of a sentence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model answers as you type. Enter pins the prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wanted token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wanted token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The token that should become the answer; empty if none is wanted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading MiniGPT…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the beginning of a sentence: the model says what comes next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt has {words} words; {model} reads {limit} tokens at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin this prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin this prompt (Ctrl+D)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RowDelegate</name>
    <message>
        <source>Row {number}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RowTable</name>
    <message>
        <source>Rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste rows</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message>
        <source>&amp;Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trains on the ticked datasets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is being trained.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waits after the current step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops and keeps what was learned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model: {source}. Context: {length} tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{step} of {steps} steps</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RunPlots</name>
    <message>
        <source>Loss over steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss (nats per token)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probability of the pinned prompts&apos; answers over steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>probability (%)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flipped at {step}: {before} → {after}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step {step} · loss {loss}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text whose next token is asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wanted token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The token that should become the answer; empty if none is wanted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether this prompt is meant to change (corrected) or to stay as it is (kept).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freezes the model and trains two small matrices beside each chosen layer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank r</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the correction. 1 to try out, 4 for MiniGPT, 8 is the usual start, 16 for complex tasks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alpha α</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength of the correction: it is scaled by α / r. Usual: r or 2r.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Target layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which layers are corrected: v_proj for a single fact, all four projections for a new domain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train embeddings and head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also trains the word vectors and the output layer; needed to learn words that are new to the base.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct a fact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A small change in one place: the value projections alone, many passes over a few rows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Teach a domain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New words and new sentences: all four attention projections, gently scaled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often every row is seen. A single fact: 50–100.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>passes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows per step. Larger is smoother and slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>windows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest window that is cut from a row; longer rows give several.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of an update. MiniGPT: 2e-3; large models: 1e-4 to 3e-4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same recipe, same seed, same machine: same numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the pinned prompts are measured while training.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the variant is called.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>minigpt, or a model folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Datasets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rows to learn.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the model is adapted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the run trains.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompts that are watched.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Memory that the program uses now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TokenChips</name>
    <message>
        <source>Tokens of the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{token} · unknown to {variants}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{word}” is not in the vocabulary; the model reads &lt;unk&gt; instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{word}” is not in the vocabulary of {variants}, which reads &lt;unk&gt; instead</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press Train: the loss and the answers will be drawn here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused at step {step} of {steps}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopping after step {step} of {steps}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>step {step} of {steps}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no run yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the run stopped with an error after step {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: cancelled after step {steps}, {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: {steps} steps in {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VariantActions</name>
    <message>
        <source>&amp;Save adapter…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Load adapter…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export merged model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Detach</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts an adapter from disk beside the base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writes the adapter and reads it back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adds a variant with plain weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writes a model folder and reads it back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes it off the board; its folder stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a variant in the table first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base is unchanged; choose a trained or loaded variant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A merged variant has no adapter; export the merged model instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This variant is merged already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save adapter as a new folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder of an adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export model as a new folder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VariantsModel</name>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trainable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Final loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{method}, merged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not stored on disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click to rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does not apply to the base.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VariantsPanel</name>
    <message>
        <source>More actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variants</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detach</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train, or load an adapter: the result will stand here beside the base.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>

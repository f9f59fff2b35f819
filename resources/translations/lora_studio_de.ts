<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Comparison</name>
    <message>
        <source>new</source>
        <comment>a token that the base&apos;s vocabulary lacks</comment>
        <translation>neu</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
</context>
<context>
    <name>ComparisonBoard</name>
    <message>
        <source>next token</source>
        <translation>nächstes Token</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>gewünscht</translation>
    </message>
    <message>
        <source>Answers of all variants</source>
        <translation>Antworten aller Varianten</translation>
    </message>
    <message>
        <source>{count} more, at most {most} %</source>
        <translation>{count} weitere, höchstens {most} %</translation>
    </message>
    <message>
        <source>show fewer</source>
        <translation>weniger zeigen</translation>
    </message>
    <message>
        <source>not in this variant&apos;s vocabulary</source>
        <translation>nicht im Vokabular dieser Variante</translation>
    </message>
    <message>
        <source>not in the base&apos;s vocabulary</source>
        <translation>nicht im Vokabular der Basis</translation>
    </message>
    <message>
        <source>{change} pp against {base}</source>
        <translation>{change} pp gegenüber {base}</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>only plain names such as v_proj are accepted, no expressions</source>
        <translation>nur einfache Namen wie v_proj werden angenommen, keine Ausdrücke</translation>
    </message>
    <message>
        <source>this version does not open adapters that use it</source>
        <translation>diese Version öffnet keine Adapter, die das benutzen</translation>
    </message>
    <message>
        <source>{path} is refused: {reasons}.</source>
        <translation>{path} wird abgelehnt: {reasons}.</translation>
    </message>
    <message>
        <source>This version opens plain LoRA adapters; save it again without these settings.</source>
        <translation>Diese Version öffnet einfache LoRA-Adapter; ohne diese Einstellungen neu speichern.</translation>
    </message>
    <message>
        <source>The adapter in {path}{made_for} does not fit {model}: {reason}.</source>
        <translation>Der Adapter in {path}{made_for} passt nicht zu {model}: {reason}.</translation>
    </message>
    <message>
        <source>Open the base that it was made for.</source>
        <translation>Die Basis öffnen, für die er gemacht ist.</translation>
    </message>
    <message>
        <source>{model} has an adapter attached already.</source>
        <translation>An {model} hängt schon ein Adapter.</translation>
    </message>
    <message>
        <source>Detach it first.</source>
        <translation>Ihn zuerst abnehmen.</translation>
    </message>
    <message>
        <source>{path} holds no adapter as PEFT writes it: {reason}.</source>
        <translation>{path} enthält keinen Adapter, wie PEFT ihn schreibt: {reason}.</translation>
    </message>
    <message>
        <source>Save the adapter with PEFT&apos;s save_pretrained.</source>
        <translation>Den Adapter mit save_pretrained von PEFT speichern.</translation>
    </message>
    <message>
        <source>{path} holds whole numbers in {names}.</source>
        <translation>{path} enthält ganze Zahlen in {names}.</translation>
    </message>
    <message>
        <source>Save the adapter with floating-point numbers.</source>
        <translation>Den Adapter mit Gleitkommazahlen speichern.</translation>
    </message>
    <message>
        <source>{path} cannot be used: {reason}.</source>
        <translation>{path} ist nicht brauchbar: {reason}.</translation>
    </message>
    <message>
        <source>Get the file again, or remove it to open the adapter without its history.</source>
        <translation>Die Datei neu beschaffen, oder sie entfernen und den Adapter ohne seine Vorgeschichte öffnen.</translation>
    </message>
    <message>
        <source>{path} is of format {found}, and this version reads format {known}.</source>
        <translation>{path} hat das Format {found}; diese Version liest Format {known}.</translation>
    </message>
    <message>
        <source>Open it with the version of LoRA Studio that wrote it.</source>
        <translation>Mit der Version von LoRA Studio öffnen, die es geschrieben hat.</translation>
    </message>
    <message>
        <source>{name} is no LoRA adapter.</source>
        <translation>{name} ist kein LoRA-Adapter.</translation>
    </message>
    <message>
        <source>Export the merged model instead.</source>
        <translation>Stattdessen das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>the growth must be applied: its rows are read from the model</source>
        <translation>das Wachstum muss angewandt sein: seine Zeilen werden aus dem Modell gelesen</translation>
    </message>
    <message>
        <source>{path} is of an unknown kind.</source>
        <translation>{path} ist von unbekannter Art.</translation>
    </message>
    <message>
        <source>Use a file that ends in {known}.</source>
        <translation>Eine Datei nehmen, die auf {known} endet.</translation>
    </message>
    <message>
        <source>{path}, line {line} is longer than {limit:,} characters.</source>
        <translation>{path}, Zeile {line} ist länger als {limit:,} Zeichen.</translation>
    </message>
    <message>
        <source>Write one example a line.</source>
        <translation>Ein Beispiel pro Zeile schreiben.</translation>
    </message>
    <message>
        <source>{path}, line {line} has no “text”.</source>
        <translation>{path}, Zeile {line} hat kein „text“.</translation>
    </message>
    <message>
        <source>{path}, line {line}: the text is not a string.</source>
        <translation>{path}, Zeile {line}: der Text ist keine Zeichenkette.</translation>
    </message>
    <message>
        <source>{path} has no rows.</source>
        <translation>{path} hat keine Zeilen.</translation>
    </message>
    <message>
        <source>Choose a file with one example a line.</source>
        <translation>Eine Datei mit einem Beispiel pro Zeile wählen.</translation>
    </message>
    <message>
        <source>{path} is larger than {limit} MiB.</source>
        <translation>{path} ist größer als {limit} MiB.</translation>
    </message>
    <message>
        <source>Split it into several files.</source>
        <translation>Sie auf mehrere Dateien verteilen.</translation>
    </message>
    <message>
        <source>{path}, line {line} is not valid JSON: {reason} (character {column}).</source>
        <translation>{path}, Zeile {line} ist kein gültiges JSON: {reason} (Zeichen {column}).</translation>
    </message>
    <message>
        <source>{path}, line {line} is not a plain JSON object.</source>
        <translation>{path}, Zeile {line} ist kein einfaches JSON-Objekt.</translation>
    </message>
    <message>
        <source>{path}, line {line} holds half a character (a lone surrogate).</source>
        <translation>{path}, Zeile {line} enthält ein halbes Zeichen (ein einzelnes Surrogat).</translation>
    </message>
    <message>
        <source>{path} has more than {limit:,} rows.</source>
        <translation>{path} hat mehr als {limit:,} Zeilen.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>{path} ist nicht lesbar: {reason}.</translation>
    </message>
    <message>
        <source>JSON Lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>Plain text</source>
        <translation>Einfacher Text</translation>
    </message>
    <message>
        <source>Check that it is there and that you may read it.</source>
        <translation>Prüfen, ob es da ist und gelesen werden darf.</translation>
    </message>
    <message>
        <source>{path} is not UTF-8 text: line {line}, byte {byte}.</source>
        <translation>{path} ist kein UTF-8-Text: Zeile {line}, Byte {byte}.</translation>
    </message>
    <message>
        <source>Open it in an editor and save it as UTF-8.</source>
        <translation>In einem Editor öffnen und als UTF-8 speichern.</translation>
    </message>
    <message>
        <source>Write each line like {{&quot;text&quot;: &quot;die katze sitzt&quot;}}.</source>
        <translation>Jede Zeile so schreiben: {{&quot;text&quot;: &quot;die katze sitzt&quot;}}.</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist geöffnet.</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Zuerst ein Modell öffnen.</translation>
    </message>
    <message>
        <source>The recipe is for {wanted}; {opened} is open.</source>
        <translation>Das Rezept ist für {wanted}; geöffnet ist {opened}.</translation>
    </message>
    <message>
        <source>Open {wanted} first.</source>
        <translation>Zuerst {wanted} öffnen.</translation>
    </message>
    <message>
        <source>{name} is merged; there is no adapter to save.</source>
        <translation>{name} ist gemergt; es gibt keinen Adapter zu speichern.</translation>
    </message>
    <message>
        <source>The base has no adapter.</source>
        <translation>Die Basis hat keinen Adapter.</translation>
    </message>
    <message>
        <source>Choose a trained or loaded variant.</source>
        <translation>Eine trainierte oder geladene Variante wählen.</translation>
    </message>
    <message>
        <source>{path} exists already, and nothing is overwritten.</source>
        <translation>{path} gibt es schon, und nichts wird überschrieben.</translation>
    </message>
    <message>
        <source>Choose a new name or an empty folder.</source>
        <translation>Einen neuen Namen oder einen leeren Ordner wählen.</translation>
    </message>
    <message>
        <source>{path} could not be written: {reason}.</source>
        <translation>{path} konnte nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>Choose another folder or free some space.</source>
        <translation>Einen anderen Ordner wählen oder Platz schaffen.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong: {reason}.</source>
        <translation>Etwas Unerwartetes ist schiefgegangen: {reason}.</translation>
    </message>
    <message>
        <source>The model&apos;s vocabulary is empty.</source>
        <translation>Das Vokabular des Modells ist leer.</translation>
    </message>
    <message>
        <source>Copy this message and report it. Nothing that was saved is lost.</source>
        <translation>Diese Meldung kopieren und melden. Nichts Gespeichertes ist verloren.</translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation>Ein Lauf ist im Gange.</translation>
    </message>
    <message>
        <source>Wait for it to end, or cancel it.</source>
        <translation>Sein Ende abwarten oder ihn abbrechen.</translation>
    </message>
    <message>
        <source>target layers are plain names such as v_proj</source>
        <translation>Zielschichten sind einfache Namen wie v_proj</translation>
    </message>
    <message>
        <source>The model has no layer named {missing}.</source>
        <translation>Das Modell hat keine Schicht namens {missing}.</translation>
    </message>
    <message>
        <source>Choose from {there}.</source>
        <translation>Aus {there} wählen.</translation>
    </message>
    <message>
        <source>Rank {rank} is above the size of {layer}, which is {most}.</source>
        <translation>Rank {rank} liegt über der Größe von {layer}; die ist {most}.</translation>
    </message>
    <message>
        <source>Choose a rank of at most {most}.</source>
        <translation>Einen Rank von höchstens {most} wählen.</translation>
    </message>
    <message>
        <source>Correct the setting or get the folder again.</source>
        <translation>Die Einstellung berichtigen oder den Ordner neu beschaffen.</translation>
    </message>
    <message>
        <source>Get the folder again from where it came from.</source>
        <translation>Den Ordner aus seiner Quelle neu beschaffen.</translation>
    </message>
    <message>
        <source>{name} has something attached to it.</source>
        <translation>An {name} hängt etwas.</translation>
    </message>
    <message>
        <source>Merge or detach it first.</source>
        <translation>Zuerst mergen oder abnehmen.</translation>
    </message>
    <message>
        <source>{path} describes a model of type {type}; this version opens MiniGPT folders.</source>
        <translation>{path} beschreibt ein Modell der Art {type}; diese Version öffnet MiniGPT-Ordner.</translation>
    </message>
    <message>
        <source>Choose a MiniGPT folder.</source>
        <translation>Einen MiniGPT-Ordner wählen.</translation>
    </message>
    <message>
        <source>{path} does not fit {config}: {reason}.</source>
        <translation>{path} passt nicht zu {config}: {reason}.</translation>
    </message>
    <message>
        <source>Get the folder again; its files belong together.</source>
        <translation>Den Ordner neu beschaffen; seine Dateien gehören zusammen.</translation>
    </message>
    <message>
        <source>{path} does not hold 32-bit numbers in {names}.</source>
        <translation>{path} enthält keine 32-Bit-Zahlen in {names}.</translation>
    </message>
    <message>
        <source>Save the model as float32.</source>
        <translation>Das Modell als float32 speichern.</translation>
    </message>
    <message>
        <source>{path} is no {kind}: {missing} is missing.</source>
        <translation>{path} ist kein {kind}: {missing} fehlt.</translation>
    </message>
    <message>
        <source>Choose the folder that holds it.</source>
        <translation>Den Ordner wählen, der das enthält.</translation>
    </message>
    <message>
        <source>{path} holds {pickled} but no {missing}. Such a file can run code when it is opened, so it never is.</source>
        <translation>{path} enthält {pickled}, aber kein {missing}. Solche Dateien können beim Öffnen Code ausführen und werden darum nie geöffnet.</translation>
    </message>
    <message>
        <source>Get the safetensors version, or save it again as safetensors where it came from.</source>
        <translation>Die safetensors-Version beschaffen oder an der Quelle neu als safetensors speichern.</translation>
    </message>
    <message>
        <source>{path} is a link that leads out of its folder.</source>
        <translation>{path} ist eine Verknüpfung, die aus ihrem Ordner hinausführt.</translation>
    </message>
    <message>
        <source>Put the file itself into the folder.</source>
        <translation>Die Datei selbst in den Ordner legen.</translation>
    </message>
    <message>
        <source>{path} is refused because of {names}: such a setting can make a program run foreign code.</source>
        <translation>{path} wird wegen {names} abgelehnt: Damit kann ein Programm fremden Code ausführen.</translation>
    </message>
    <message>
        <source>Use it only if you know where it comes from, and remove the setting first.</source>
        <translation>Nur bei bekannter Herkunft verwenden und die Einstellung vorher entfernen.</translation>
    </message>
    <message>
        <source>{path} is no {kind}: {reason}.</source>
        <translation>{path} ist kein {kind}: {reason}.</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>Einen Ordner wählen.</translation>
    </message>
    <message>
        <source>Check the folder.</source>
        <translation>Den Ordner prüfen.</translation>
    </message>
    <message>
        <source>Check the file.</source>
        <translation>Die Datei prüfen.</translation>
    </message>
    <message>
        <source>{path} is missing.</source>
        <translation>{path} fehlt.</translation>
    </message>
    <message>
        <source>Get the file again from where it came from.</source>
        <translation>Die Datei von dort, woher sie kam, neu beschaffen.</translation>
    </message>
    <message>
        <source>{path} is larger than {limit} KiB.</source>
        <translation>{path} ist größer als {limit} KiB.</translation>
    </message>
    <message>
        <source>it holds no JSON object</source>
        <translation>es enthält kein JSON-Objekt</translation>
    </message>
    <message>
        <source>it is not UTF-8 text</source>
        <translation>es ist kein UTF-8-Text</translation>
    </message>
    <message>
        <source>it is nested too deeply</source>
        <translation>es ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>{path} is not a plain file.</source>
        <translation>{path} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>it is cut off, or something else altogether</source>
        <translation>es ist abgeschnitten oder etwas ganz anderes</translation>
    </message>
    <message>
        <source>its header is too long</source>
        <translation>sein Kopf ist zu lang</translation>
    </message>
    <message>
        <source>it changed while it was read</source>
        <translation>es hat sich beim Lesen geändert</translation>
    </message>
    <message>
        <source>it has no safetensors header</source>
        <translation>es hat keinen safetensors-Kopf</translation>
    </message>
    <message>
        <source>its header is no JSON object</source>
        <translation>sein Kopf ist kein JSON-Objekt</translation>
    </message>
    <message>
        <source>its metadata is not text by name</source>
        <translation>seine Metadaten sind nicht Text mit Namen</translation>
    </message>
    <message>
        <source>{path} is not a sound safetensors file: {reason}.</source>
        <translation>{path} ist keine intakte safetensors-Datei: {reason}.</translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation>Der Prompt ist leer.</translation>
    </message>
    <message>
        <source>Type at least one word.</source>
        <translation>Mindestens ein Wort tippen.</translation>
    </message>
    <message>
        <source>The prompt has {count} tokens; {model} reads {limit} at once.</source>
        <translation>Der Prompt hat {count} Token; {model} liest {limit} auf einmal.</translation>
    </message>
    <message>
        <source>Shorten it.</source>
        <translation>Ihn kürzen.</translation>
    </message>
    <message>
        <source>the names of settings are text</source>
        <translation>die Namen von Einstellungen sind Text</translation>
    </message>
    <message>
        <source>The recipe is larger than {limit} MiB.</source>
        <translation>Das Rezept ist größer als {limit} MiB.</translation>
    </message>
    <message>
        <source>A recipe is a mapping of settings, such as “method: …”.</source>
        <translation>Ein Rezept ordnet Einstellungen Werte zu, etwa „method: …“.</translation>
    </message>
    <message>
        <source>The recipe is not valid YAML: {reason}</source>
        <translation>Das Rezept ist kein gültiges YAML: {reason}</translation>
    </message>
    <message>
        <source>The recipe cannot be used: {reasons}</source>
        <translation>Das Rezept ist nicht brauchbar: {reasons}</translation>
    </message>
    <message>
        <source>{path} is not empty; a run is never overwritten.</source>
        <translation>{path} ist nicht leer; ein Lauf wird nie überschrieben.</translation>
    </message>
    <message>
        <source>Choose a new folder.</source>
        <translation>Einen neuen Ordner wählen.</translation>
    </message>
    <message>
        <source>The run folder {path} cannot be used: {reason}.</source>
        <translation>Der Ordner {path} für den Lauf ist nicht brauchbar: {reason}.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>There is nothing to learn: {names} is empty.</source>
        <translation>Es gibt nichts zu lernen: {names} ist leer.</translation>
    </message>
    <message>
        <source>Add at least one row of two words.</source>
        <translation>Mindestens eine Zeile mit zwei Wörtern hinzufügen.</translation>
    </message>
    <message>
        <source>{count} of {rows} rows are too short to learn from, such as “{row}”: a row needs at least two words.</source>
        <translation>{count} von {rows} Zeilen sind zu kurz zum Lernen, etwa „{row}“: eine Zeile braucht mindestens zwei Wörter.</translation>
    </message>
    <message>
        <source>Add a word to each, or delete them.</source>
        <translation>Jeder ein Wort hinzufügen oder sie löschen.</translation>
    </message>
    <message>
        <source>Training stopped at step {step}: {reason}.</source>
        <translation>Das Training hielt bei Schritt {step} an: {reason}.</translation>
    </message>
    <message>
        <source>The model is unharmed. Choose a smaller batch or a shorter sequence.</source>
        <translation>Das Modell ist unversehrt. Einen kleineren Batch oder eine kürzere Sequenz wählen.</translation>
    </message>
    <message>
        <source>Training stopped at step {step}: the loss was {loss}.</source>
        <translation>Das Training hielt bei Schritt {step} an: der Loss war {loss}.</translation>
    </message>
    <message>
        <source>The last good state was kept. Choose a smaller learning rate.</source>
        <translation>Der letzte gute Stand ist behalten. Eine kleinere Learning Rate wählen.</translation>
    </message>
    <message>
        <source>The base cannot be detached.</source>
        <translation>Die Basis kann nicht abgenommen werden.</translation>
    </message>
    <message>
        <source>{name} cannot be renamed to “{new_name}”.</source>
        <translation>{name} kann nicht in „{new_name}“ umbenannt werden.</translation>
    </message>
    <message>
        <source>There is no variant named {name}.</source>
        <translation>Es gibt keine Variante namens {name}.</translation>
    </message>
    <message>
        <source>{path} cannot be understood: {reason}</source>
        <translation>{path} ist nicht zu verstehen: {reason}</translation>
    </message>
    <message>
        <source>The workspace opens with its default settings; the file is kept as studio.json.broken.</source>
        <translation>Der Arbeitsordner öffnet mit seinen Voreinstellungen; die Datei bleibt als studio.json.broken.</translation>
    </message>
    <message>
        <source>Training is running here.</source>
        <translation>Hier läuft ein Training.</translation>
    </message>
    <message>
        <source>Cancel it, or wait for its end, then open {folder}.</source>
        <translation>Es abbrechen oder sein Ende abwarten, dann {folder} öffnen.</translation>
    </message>
    <message>
        <source>{path} exists already.</source>
        <translation>{path} gibt es schon.</translation>
    </message>
    <message>
        <source>Choose another name, or this one to the end.</source>
        <translation>Einen anderen Namen wählen oder diesen samt Endung.</translation>
    </message>
    <message>
        <source>A row is longer than {limit:,} characters.</source>
        <translation>Eine Zeile ist länger als {limit:,} Zeichen.</translation>
    </message>
    <message>
        <source>{name} would have more than {limit:,} rows.</source>
        <translation>{name} hätte mehr als {limit:,} Zeilen.</translation>
    </message>
    <message>
        <source>Spread the rows over several datasets.</source>
        <translation>Die Zeilen auf mehrere Datensätze verteilen.</translation>
    </message>
    <message>
        <source>There is a dataset named {name} already.</source>
        <translation>Es gibt schon einen Datensatz namens {name}.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>No dataset is selected.</source>
        <translation>Kein Datensatz ist ausgewählt.</translation>
    </message>
    <message>
        <source>Tick a dataset in the data panel.</source>
        <translation>Unter „Daten“ einen Datensatz anhaken.</translation>
    </message>
</context>
<context>
    <name>CurveSwitch</name>
    <message>
        <source>solid: the wanted token; dashed: the base&apos;s answer</source>
        <translation>durchgezogen: das gewünschte Token; gestrichelt: die Antwort der Basis</translation>
    </message>
    <message>
        <source>dotted: the base&apos;s answer, which should stay</source>
        <translation>gepunktet: die Antwort der Basis, die bleiben soll</translation>
    </message>
    <message>
        <source>side effect: this answer was to be kept</source>
        <translation>Nebenwirkung: diese Antwort sollte bleiben</translation>
    </message>
    <message>
        <source>flipped at {step}: {before} → {after}</source>
        <translation>gekippt bei {step}: {before} → {after}</translation>
    </message>
</context>
<context>
    <name>DataFooter</name>
    <message>
        <source>Summary of the rows</source>
        <translation>Zusammenfassung der Zeilen</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschehen ist</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo what happened</source>
        <translation>Das Geschehene rückgängig machen</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} Zeilen</translation>
    </message>
    <message>
        <source>1 new word: {words}</source>
        <translation>1 neues Wort: {words}</translation>
    </message>
    <message>
        <source>{count} new words: {words}</source>
        <translation>{count} neue Wörter: {words}</translation>
    </message>
    <message>
        <source>1 row is too short: it needs at least two words.</source>
        <translation>1 Zeile ist zu kurz: sie braucht mindestens zwei Wörter.</translation>
    </message>
    <message>
        <source>{count} rows are too short: they need at least two words.</source>
        <translation>{count} Zeilen sind zu kurz: sie brauchen mindestens zwei Wörter.</translation>
    </message>
</context>
<context>
    <name>DataPanel</name>
    <message>
        <source>New dataset</source>
        <translation>Neuer Datensatz</translation>
    </message>
    <message>
        <source>More for this dataset</source>
        <translation>Mehr zu diesem Datensatz</translation>
    </message>
    <message>
        <source>Add row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation>Zeilen löschen</translation>
    </message>
    <message>
        <source>Move rows up</source>
        <translation>Zeilen nach oben</translation>
    </message>
    <message>
        <source>Move rows down</source>
        <translation>Zeilen nach unten</translation>
    </message>
    <message>
        <source>Find in the rows</source>
        <translation>In den Zeilen suchen</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>Zeilen importieren</translation>
    </message>
    <message>
        <source>Export rows</source>
        <translation>Zeilen exportieren</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Ausschneiden</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Into this dataset…</source>
        <translation>In diesen Datensatz…</translation>
    </message>
    <message>
        <source>As a new dataset…</source>
        <translation>Als neuen Datensatz…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Restore built-in rows</source>
        <translation>Eingebaute Zeilen wiederherstellen</translation>
    </message>
    <message>
        <source>Restore built-in datasets</source>
        <translation>Eingebaute Datensätze wiederherstellen</translation>
    </message>
    <message>
        <source>Train on</source>
        <translation>Trainieren mit</translation>
    </message>
    <message>
        <source>A dataset is a list of sentences to learn from.</source>
        <translation>Ein Datensatz ist eine Liste von Sätzen, aus denen gelernt wird.</translation>
    </message>
    <message>
        <source>No rows yet. Type or paste sentences, one a line, or drop a .txt or .jsonl file here.</source>
        <translation>Noch keine Zeilen. Sätze tippen oder einfügen, einer pro Zeile, oder eine .txt- oder .jsonl-Datei hierher ziehen.</translation>
    </message>
    <message>
        <source>{name} was removed.</source>
        <translation>{name} wurde entfernt.</translation>
    </message>
</context>
<context>
    <name>DatasetFiles</name>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Import rows</source>
        <translation>Zeilen importieren</translation>
    </message>
    <message>
        <source>Export rows</source>
        <translation>Zeilen exportieren</translation>
    </message>
    <message>
        <source>Reading {file}: {count} rows so far</source>
        <translation>{file} wird gelesen: bisher {count} Zeilen</translation>
    </message>
    <message>
        <source>Import {file}</source>
        <translation>{file} importieren</translation>
    </message>
    <message>
        <source>1 row from {file}</source>
        <translation>1 Zeile aus {file}</translation>
    </message>
    <message>
        <source>{count} rows from {file}</source>
        <translation>{count} Zeilen aus {file}</translation>
    </message>
    <message>
        <source>Exported to {file}</source>
        <translation>Nach {file} exportiert</translation>
    </message>
</context>
<context>
    <name>DatasetList</name>
    <message>
        <source>Datasets</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} Zeilen</translation>
    </message>
    <message>
        <source>training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>finetuning</source>
        <translation>Finetuning</translation>
    </message>
    <message>
        <source>fact correction</source>
        <translation>Faktenkorrektur</translation>
    </message>
    <message>
        <source>knowledge correction</source>
        <translation>Wissenskorrektur</translation>
    </message>
</context>
<context>
    <name>DatasetModel</name>
    <message>
        <source>too short: needs at least two words</source>
        <translation>zu kurz: braucht mindestens zwei Wörter</translation>
    </message>
    <message>
        <source>Edit row</source>
        <translation>Zeile bearbeiten</translation>
    </message>
    <message>
        <source>Add row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
    <message>
        <source>Add rows</source>
        <translation>Zeilen hinzufügen</translation>
    </message>
    <message>
        <source>Delete row</source>
        <translation>Zeile löschen</translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation>Zeilen löschen</translation>
    </message>
    <message>
        <source>Move row</source>
        <translation>Zeile verschieben</translation>
    </message>
    <message>
        <source>Move rows</source>
        <translation>Zeilen verschieben</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 Wort</translation>
    </message>
    <message>
        <source>{count} words</source>
        <translation>{count} Wörter</translation>
    </message>
    <message>
        <source>new to the base: {words}</source>
        <translation>neu für die Basis: {words}</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
</context>
<context>
    <name>Dock</name>
    <message>
        <source>Float or dock the panel “{title}”</source>
        <translation>Bereich „{title}“ lösen oder andocken</translation>
    </message>
    <message>
        <source>Close the panel “{title}”</source>
        <translation>Bereich „{title}“ schließen</translation>
    </message>
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Add row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
</context>
<context>
    <name>FindField</name>
    <message>
        <source>Find in the rows</source>
        <translation>In den Zeilen suchen</translation>
    </message>
    <message>
        <source>No row contains this</source>
        <translation>Keine Zeile enthält das</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>About LoRA Studio</source>
        <translation>Über LoRA Studio</translation>
    </message>
    <message>
        <source>Adapt a language model and see what the adaptation did.
Apache License 2.0.</source>
        <translation>Ein Sprachmodell anpassen und sehen, was die Anpassung bewirkt.
Apache-Lizenz 2.0.</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Detach the chosen variant</source>
        <translation>Gewählte Variante abnehmen</translation>
    </message>
    <message>
        <source>Rename the chosen variant</source>
        <translation>Gewählte Variante umbenennen</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Variants</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>Choose the folder of a workspace</source>
        <translation>Ordner eines Arbeitsordners wählen</translation>
    </message>
    <message>
        <source>Close LoRA Studio</source>
        <translation>LoRA Studio schließen</translation>
    </message>
    <message>
        <source>Training is running.</source>
        <translation>Das Training läuft.</translation>
    </message>
    <message>
        <source>What was learned so far is kept.</source>
        <translation>Was bisher gelernt wurde, bleibt erhalten.</translation>
    </message>
    <message>
        <source>&amp;Stop and close</source>
        <translation>An&amp;halten und schließen</translation>
    </message>
    <message>
        <source>&amp;Go on training</source>
        <translation>&amp;Weiter trainieren</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New dataset</source>
        <translation>&amp;Neuer Datensatz</translation>
    </message>
    <message>
        <source>&amp;Import dataset…</source>
        <translation>Datensatz &amp;importieren…</translation>
    </message>
    <message>
        <source>Open &amp;workspace…</source>
        <translation>Arbeits&amp;ordner öffnen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Go to</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>&amp;System</translation>
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
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;About LoRA Studio</source>
        <translation>Ü&amp;ber LoRA Studio</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
</context>
<context>
    <name>MethodPanel</name>
    <message>
        <source>&amp;Preset</source>
        <translation>&amp;Vorlage</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>M&amp;ethode</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>Eigene Einstellungen</translation>
    </message>
    <message>
        <source>choose a preset</source>
        <translation>Vorlage wählen</translation>
    </message>
    <message>
        <source>choose a method</source>
        <translation>Methode wählen</translation>
    </message>
    <message>
        <source>change a setting</source>
        <translation>Einstellung ändern</translation>
    </message>
    <message>
        <source>Not known yet: the model is still loading.</source>
        <translation>Noch nicht bekannt: das Modell wird geladen.</translation>
    </message>
    <message>
        <source>Not known yet.</source>
        <translation>Noch nicht bekannt.</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinnedList</name>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Nothing is pinned. Press Enter in the prompt to watch it here and while training.</source>
        <translation>Nichts ist angeheftet. Enter im Prompt heftet ihn hier an; beim Training wird er mitgemessen.</translation>
    </message>
</context>
<context>
    <name>PinnedRow</name>
    <message>
        <source>Pinned prompt: {prompt}</source>
        <translation>Angehefteter Prompt: {prompt}</translation>
    </message>
    <message>
        <source>side effect: {variants}</source>
        <translation>Nebenwirkung: {variants}</translation>
    </message>
    <message>
        <source>wanted: {token}</source>
        <translation>gewünscht: {token}</translation>
    </message>
    <message>
        <source>to be kept</source>
        <translation>soll bleiben</translation>
    </message>
    <message>
        <source>to be corrected</source>
        <translation>soll sich ändern</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Unpin “{prompt}”</source>
        <translation>„{prompt}“ lösen</translation>
    </message>
    <message>
        <source>side effect</source>
        <translation>Nebenwirkung</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
</context>
<context>
    <name>PlanBox</name>
    <message>
        <source>Trainable in A and B</source>
        <translation>Trainierbar in A und B</translation>
    </message>
    <message>
        <source>With embeddings and head</source>
        <translation>Mit Embeddings und Head</translation>
    </message>
    <message>
        <source>Adapter on disk</source>
        <translation>Adapter auf der Platte</translation>
    </message>
    <message>
        <source>Optimizer steps</source>
        <translation>Optimizer-Schritte</translation>
    </message>
    <message>
        <source>New words</source>
        <translation>Neue Wörter</translation>
    </message>
    <message>
        <source>Share of {total} parameters</source>
        <translation>Von {total} Parametern</translation>
    </message>
    <message>
        <source>Share of all parameters</source>
        <translation>Von allen Parametern</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Save as PNG…</source>
        <translation>Als PNG speichern…</translation>
    </message>
    <message>
        <source>Save as SVG…</source>
        <translation>Als SVG speichern…</translation>
    </message>
    <message>
        <source>Save the values as CSV…</source>
        <translation>Werte als CSV speichern…</translation>
    </message>
</context>
<context>
    <name>ProbePanel</name>
    <message>
        <source>Probe</source>
        <translation>Probe</translation>
    </message>
    <message>
        <source>Type the beginning of a sentence</source>
        <translation>Den Anfang eines Satzes tippen</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>The model answers as you type. Enter pins the prompt.</source>
        <translation>Das Modell antwortet beim Tippen. Enter heftet den Prompt an.</translation>
    </message>
    <message>
        <source>wanted token</source>
        <translation>gewünschtes Token</translation>
    </message>
    <message>
        <source>Wanted token</source>
        <translation>Gewünschtes Token</translation>
    </message>
    <message>
        <source>The token that should become the answer; empty if none is wanted.</source>
        <translation>Das Token, das zur Antwort werden soll; leer, wenn keines gewünscht ist.</translation>
    </message>
    <message>
        <source>Loading MiniGPT…</source>
        <translation>MiniGPT wird geladen…</translation>
    </message>
    <message>
        <source>Type the beginning of a sentence: the model says what comes next.</source>
        <translation>Den Anfang eines Satzes tippen: das Modell sagt, was folgt.</translation>
    </message>
    <message>
        <source>The prompt has {words} words; {model} reads {limit} tokens at once.</source>
        <translation>Der Prompt hat {words} Wörter; {model} liest {limit} Token auf einmal.</translation>
    </message>
    <message>
        <source>Unpin this prompt</source>
        <translation>Diesen Prompt lösen</translation>
    </message>
    <message>
        <source>Pin this prompt (Ctrl+D)</source>
        <translation>Diesen Prompt anheften (Strg+D)</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>What was read back does not answer as the variant did. Do not rely on it; write it again.</source>
        <translation>Das Zurückgelesene antwortet nicht wie die Variante. Nicht darauf verlassen; noch einmal schreiben.</translation>
    </message>
    <message>
        <source>Adapter saved and read back:</source>
        <translation>Adapter gespeichert und zurückgelesen:</translation>
    </message>
    <message>
        <source>Merged and compared:</source>
        <translation>Gemergt und verglichen:</translation>
    </message>
    <message>
        <source>Model exported and read back:</source>
        <translation>Modell exportiert und zurückgelesen:</translation>
    </message>
    <message>
        <source>largest change in probability {change} over {prompts} prompts</source>
        <translation>größte Änderung der Wahrscheinlichkeit {change} über {prompts} Prompts</translation>
    </message>
    <message>
        <source>no answer flipped.</source>
        <translation>keine Antwort gekippt.</translation>
    </message>
    <message>
        <source>{size} in {folder}</source>
        <translation>{size} in {folder}</translation>
    </message>
    <message>
        <source>Receipt: Δp ≤ {change}</source>
        <translation>Beleg: Δp ≤ {change}</translation>
    </message>
    <message>
        <source>{count} answers flipped.</source>
        <translation>{count} Antworten gekippt.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Another answer is first now for {prompts}.</source>
        <translation>Bei {prompts} steht jetzt eine andere Antwort vorn.</translation>
    </message>
    <message>
        <source>Receipt: Δp = {change}, {count} answers flipped</source>
        <translation>Beleg: Δp = {change}, {count} Antworten gekippt</translation>
    </message>
</context>
<context>
    <name>RowDelegate</name>
    <message>
        <source>Row {number}</source>
        <translation>Zeile {number}</translation>
    </message>
</context>
<context>
    <name>RowTable</name>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Paste rows</source>
        <translation>Zeilen einfügen</translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message>
        <source>&amp;Train</source>
        <translation>&amp;Trainieren</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Trains on the ticked datasets</source>
        <translation>Trainiert mit den angehakten Datensätzen</translation>
    </message>
    <message>
        <source>Nothing is being trained.</source>
        <translation>Nichts wird trainiert.</translation>
    </message>
    <message>
        <source>Waits after the current step</source>
        <translation>Wartet nach dem laufenden Schritt</translation>
    </message>
    <message>
        <source>Stops and keeps what was learned</source>
        <translation>Hält an und behält das Gelernte</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation>Ein Lauf ist im Gange.</translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} Parameter</translation>
    </message>
    <message>
        <source>Base model: {source}. Context: {length} tokens.</source>
        <translation>Basismodell: {source}. Kontext: {length} Token.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Hält an…</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>{step} of {steps} steps</source>
        <translation>{step} von {steps} Schritten</translation>
    </message>
</context>
<context>
    <name>RunPlots</name>
    <message>
        <source>Loss over steps</source>
        <translation>Loss über die Schritte</translation>
    </message>
    <message>
        <source>loss (nats per token)</source>
        <translation>Loss (nats pro Token)</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Probability of the pinned prompts&apos; answers over steps</source>
        <translation>Wahrscheinlichkeit der Antworten auf die angehefteten Prompts über die Schritte</translation>
    </message>
    <message>
        <source>probability (%)</source>
        <translation>Wahrsch. (%)</translation>
    </message>
    <message>
        <source>flipped at {step}: {before} → {after}</source>
        <translation>gekippt bei {step}: {before} → {after}</translation>
    </message>
    <message>
        <source>step {step} · loss {loss}</source>
        <translation>Schritt {step} · Loss {loss}</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>The text whose next token is asked for.</source>
        <translation>Der Text, nach dessen nächstem Token gefragt wird.</translation>
    </message>
    <message>
        <source>Wanted token</source>
        <translation>Gewünschtes Token</translation>
    </message>
    <message>
        <source>The token that should become the answer; empty if none is wanted.</source>
        <translation>Das Token, das zur Antwort werden soll; leer, wenn keines gewünscht ist.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Whether this prompt is meant to change (corrected) or to stay as it is (kept).</source>
        <translation>Ob sich dieser Prompt ändern soll (korrigiert) oder bleiben soll, wie er ist (bewahrt).</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>Freezes the model and trains two small matrices beside each chosen layer.</source>
        <translation>Friert das Modell ein und trainiert zwei kleine Matrizen neben jeder gewählten Schicht.</translation>
    </message>
    <message>
        <source>Rank r</source>
        <translation>Rank r</translation>
    </message>
    <message>
        <source>Size of the correction. 1 to try out, 4 for MiniGPT, 8 is the usual start, 16 for complex tasks.</source>
        <translation>Größe der Korrektur. 1 zum Ausprobieren, 4 für MiniGPT, 8 der übliche Anfang, 16 für schwierige Aufgaben.</translation>
    </message>
    <message>
        <source>Alpha α</source>
        <translation>Alpha α</translation>
    </message>
    <message>
        <source>Strength of the correction: it is scaled by α / r. Usual: r or 2r.</source>
        <translation>Stärke der Korrektur: sie wird mit α / r skaliert. Üblich: r oder 2r.</translation>
    </message>
    <message>
        <source>Target layers</source>
        <translation>Zielschichten</translation>
    </message>
    <message>
        <source>Which layers are corrected: v_proj for a single fact, all four projections for a new domain.</source>
        <translation>Welche Schichten korrigiert werden: v_proj für einen einzelnen Fakt, alle vier Projektionen für ein neues Gebiet.</translation>
    </message>
    <message>
        <source>Train embeddings and head</source>
        <translation>Embeddings und Head trainieren</translation>
    </message>
    <message>
        <source>Also trains the word vectors and the output layer; needed to learn words that are new to the base.</source>
        <translation>Trainiert auch die Wortvektoren und die Ausgabeschicht; nötig für Wörter, die der Basis neu sind.</translation>
    </message>
    <message>
        <source>Correct a fact</source>
        <translation>Einen Fakt korrigieren</translation>
    </message>
    <message>
        <source>A small change in one place: the value projections alone, many passes over a few rows.</source>
        <translation>Eine kleine Änderung an einer Stelle: nur die Value-Projektionen, viele Durchläufe über wenige Zeilen.</translation>
    </message>
    <message>
        <source>Teach a domain</source>
        <translation>Ein Gebiet lehren</translation>
    </message>
    <message>
        <source>New words and new sentences: all four attention projections, gently scaled.</source>
        <translation>Neue Wörter und neue Sätze: alle vier Attention-Projektionen, sanft skaliert.</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>How often every row is seen. A single fact: 50–100.</source>
        <translation>Wie oft jede Zeile gesehen wird. Ein einzelner Fakt: 50–100.</translation>
    </message>
    <message>
        <source>passes</source>
        <translation>Durchläufe</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Batch-Größe</translation>
    </message>
    <message>
        <source>Windows per step. Larger is smoother and slower.</source>
        <translation>Fenster pro Schritt. Größer ist glatter und langsamer.</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation>Sequenzlänge</translation>
    </message>
    <message>
        <source>Longest window that is cut from a row; longer rows give several.</source>
        <translation>Längstes Fenster, das aus einer Zeile geschnitten wird; längere Zeilen ergeben mehrere.</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Learning Rate</translation>
    </message>
    <message>
        <source>Size of an update. MiniGPT: 2e-3; large models: 1e-4 to 3e-4.</source>
        <translation>Größe einer Änderung. MiniGPT: 2e-3; große Modelle: 1e-4 bis 3e-4.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Same recipe, same seed, same machine: same numbers.</source>
        <translation>Gleiches Rezept, gleicher Seed, gleiche Maschine: gleiche Zahlen.</translation>
    </message>
    <message>
        <source>Probe every</source>
        <translation>Messen alle</translation>
    </message>
    <message>
        <source>How often the pinned prompts are measured while training.</source>
        <translation>Wie oft die angehefteten Prompts beim Training gemessen werden.</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>What the variant is called.</source>
        <translation>Wie die Variante heißt.</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>Basismodell</translation>
    </message>
    <message>
        <source>minigpt, or a model folder.</source>
        <translation>minigpt oder ein Modellordner.</translation>
    </message>
    <message>
        <source>Datasets</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>The rows to learn.</source>
        <translation>Die zu lernenden Zeilen.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>How the model is adapted.</source>
        <translation>Wie das Modell angepasst wird.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>How the run trains.</source>
        <translation>Wie der Lauf trainiert.</translation>
    </message>
    <message>
        <source>Probes</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>The prompts that are watched.</source>
        <translation>Die Prompts, die beobachtet werden.</translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>A whole number, such as 4.</source>
        <translation>Eine ganze Zahl, etwa 4.</translation>
    </message>
    <message>
        <source>At least one is needed.</source>
        <translation>Mindestens eine ist nötig.</translation>
    </message>
    <message>
        <source>{lowest} to {highest}</source>
        <translation>{lowest} bis {highest}</translation>
    </message>
    <message>
        <source>more than {above}, at most {highest}</source>
        <translation>mehr als {above}, höchstens {highest}</translation>
    </message>
    <message>
        <source>At least {limit}.</source>
        <translation>Mindestens {limit}.</translation>
    </message>
    <message>
        <source>More than {limit}.</source>
        <translation>Mehr als {limit}.</translation>
    </message>
    <message>
        <source>At most {limit}.</source>
        <translation>Höchstens {limit}.</translation>
    </message>
    <message>
        <source>A number, such as {example}.</source>
        <translation>Eine Zahl, etwa {example}.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Memory that the program uses now</source>
        <translation>Speicher, den das Programm jetzt benutzt</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Trainiert</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Hält an…</translation>
    </message>
</context>
<context>
    <name>TokenChips</name>
    <message>
        <source>Tokens of the prompt</source>
        <translation>Token des Prompts</translation>
    </message>
    <message>
        <source>{token} · unknown to {variants}</source>
        <translation>{token} · unbekannt für {variants}</translation>
    </message>
    <message>
        <source>“{word}” is not in the vocabulary; the model reads &lt;unk&gt; instead</source>
        <translation>„{word}“ ist nicht im Vokabular; das Modell liest stattdessen &lt;unk&gt;</translation>
    </message>
    <message>
        <source>“{word}” is not in the vocabulary of {variants}, which reads &lt;unk&gt; instead</source>
        <translation>„{word}“ ist nicht im Vokabular von {variants}; dort wird stattdessen &lt;unk&gt; gelesen</translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Press Train: the loss and the answers will be drawn here.</source>
        <translation>Trainieren drücken: Loss und Antworten werden hier gezeichnet.</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>paused at step {step} of {steps}</source>
        <translation>pausiert bei Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>stopping after step {step} of {steps}</source>
        <translation>hält nach Schritt {step} von {steps} an</translation>
    </message>
    <message>
        <source>step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>no run yet</source>
        <translation>noch kein Lauf</translation>
    </message>
    <message>
        <source>the run stopped with an error after step {step}</source>
        <translation>der Lauf hielt nach Schritt {step} mit einem Fehler an</translation>
    </message>
    <message>
        <source>{name}: cancelled after step {steps}, {time}</source>
        <translation>{name}: abgebrochen nach Schritt {steps}, {time}</translation>
    </message>
    <message>
        <source>{name}: {steps} steps in {time}</source>
        <translation>{name}: {steps} Schritte in {time}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>VariantActions</name>
    <message>
        <source>&amp;Save adapter…</source>
        <translation>Adapter &amp;speichern…</translation>
    </message>
    <message>
        <source>&amp;Load adapter…</source>
        <translation>Adapter &amp;laden…</translation>
    </message>
    <message>
        <source>&amp;Merge</source>
        <translation>&amp;Mergen</translation>
    </message>
    <message>
        <source>&amp;Export merged model…</source>
        <translation>Gemergtes Modell e&amp;xportieren…</translation>
    </message>
    <message>
        <source>&amp;Detach</source>
        <translation>&amp;Abnehmen</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>Puts an adapter from disk beside the base</source>
        <translation>Setzt einen Adapter von der Platte neben die Basis</translation>
    </message>
    <message>
        <source>Writes the adapter and reads it back</source>
        <translation>Schreibt den Adapter und liest ihn zurück</translation>
    </message>
    <message>
        <source>Adds a variant with plain weights</source>
        <translation>Fügt eine Variante mit einfachen Gewichten hinzu</translation>
    </message>
    <message>
        <source>Writes a model folder and reads it back</source>
        <translation>Schreibt einen Modellordner und liest ihn zurück</translation>
    </message>
    <message>
        <source>Takes it off the board; its folder stays</source>
        <translation>Nimmt sie aus dem Vergleich; ihr Ordner bleibt</translation>
    </message>
    <message>
        <source>Changes the name</source>
        <translation>Ändert den Namen</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>Choose a variant in the table first.</source>
        <translation>Zuerst eine Variante in der Tabelle wählen.</translation>
    </message>
    <message>
        <source>The base is unchanged; choose a trained or loaded variant.</source>
        <translation>Die Basis ist unverändert; eine trainierte oder geladene Variante wählen.</translation>
    </message>
    <message>
        <source>A merged variant has no adapter; export the merged model instead.</source>
        <translation>Eine gemergte Variante hat keinen Adapter; stattdessen das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>This variant is merged already.</source>
        <translation>Diese Variante ist schon gemergt.</translation>
    </message>
    <message>
        <source>Save adapter as a new folder</source>
        <translation>Adapter als neuen Ordner speichern</translation>
    </message>
    <message>
        <source>Choose the folder of an adapter</source>
        <translation>Ordner eines Adapters wählen</translation>
    </message>
    <message>
        <source>Export model as a new folder</source>
        <translation>Modell als neuen Ordner exportieren</translation>
    </message>
</context>
<context>
    <name>VariantsModel</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Trainable</source>
        <translation>Trainierbar</translation>
    </message>
    <message>
        <source>Final loss</source>
        <translation>Letzter Loss</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Stored in</source>
        <translation>Gespeichert in</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>unverändert</translation>
    </message>
    <message>
        <source>{method}, merged</source>
        <translation>{method}, gemergt</translation>
    </message>
    <message>
        <source>Not stored on disk.</source>
        <translation>Nicht auf der Platte gespeichert.</translation>
    </message>
    <message>
        <source>Double-click to rename</source>
        <translation>Doppelklick zum Umbenennen</translation>
    </message>
    <message>
        <source>Does not apply to the base.</source>
        <translation>Gilt nicht für die Basis.</translation>
    </message>
    <message>
        <source>Not known.</source>
        <translation>Nicht bekannt.</translation>
    </message>
</context>
<context>
    <name>VariantsPanel</name>
    <message>
        <source>More actions</source>
        <translation>Weitere Aktionen</translation>
    </message>
    <message>
        <source>Variants</source>
        <translation>Varianten</translation>
    </message>
    <message>
        <source>Detach</source>
        <translation>Abnehmen</translation>
    </message>
    <message>
        <source>Train, or load an adapter: the result will stand here beside the base.</source>
        <translation>Trainieren oder einen Adapter laden: das Ergebnis steht dann hier neben der Basis.</translation>
    </message>
</context>
</TS>

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>AdapterFolderField</name>
    <message>
        <source>none: start fresh</source>
        <translation>keiner: neu beginnen</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Start without an adapter</source>
        <translation>Ohne Adapter beginnen</translation>
    </message>
    <message>
        <source>Choose the folder of an adapter</source>
        <translation>Ordner eines Adapters wählen</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>&amp;Show the curves</source>
        <translation>Kurven &amp;zeigen</translation>
    </message>
    <message>
        <source>{name} has finished: {steps} steps in {time}.</source>
        <translation>{name} ist fertig: {steps} Schritte in {time}.</translation>
    </message>
    <message>
        <source>The loss is {loss} now.</source>
        <translation>Der Loss ist jetzt {loss}.</translation>
    </message>
</context>
<context>
    <name>BaseActions</name>
    <message>
        <source>Bundled Mini&amp;GPT</source>
        <translation>Mitgeliefertes Mini&amp;GPT</translation>
    </message>
    <message>
        <source>&amp;Recent bases</source>
        <translation>&amp;Letzte Basismodelle</translation>
    </message>
    <message>
        <source>Model &amp;browser…</source>
        <translation>Modellüber&amp;sicht…</translation>
    </message>
    <message>
        <source>&amp;Open model folder…</source>
        <translation>Modellordner &amp;öffnen…</translation>
    </message>
    <message>
        <source>Opens a folder with a language model as the base</source>
        <translation>Öffnet einen Ordner mit einem Sprachmodell als Basis</translation>
    </message>
    <message>
        <source>Models on this computer, and those that can be downloaded</source>
        <translation>Modelle auf diesem Computer, und solche zum Herunterladen</translation>
    </message>
    <message>
        <source>Opens the model that comes with the program</source>
        <translation>Öffnet das Modell, das dem Programm beiliegt</translation>
    </message>
    <message>
        <source>Model folders that were open before</source>
        <translation>Modellordner, die früher geöffnet waren</translation>
    </message>
    <message>
        <source>No model folder has been opened yet.</source>
        <translation>Noch kein Modellordner wurde geöffnet.</translation>
    </message>
    <message>
        <source>{name} is in the workspace.</source>
        <translation>{name} ist im Arbeitsordner.</translation>
    </message>
    <message>
        <source>It can be opened as the base.</source>
        <translation>Es lässt sich als Basis öffnen.</translation>
    </message>
    <message>
        <source>&amp;Open it</source>
        <translation>&amp;Öffnen</translation>
    </message>
    <message>
        <source>Not downloaded to the end: {names}.</source>
        <translation>Nicht fertig heruntergeladen: {names}.</translation>
    </message>
    <message>
        <source>What has arrived is kept; the model browser goes on with it.</source>
        <translation>Angekommenes bleibt erhalten; die Modellübersicht macht damit weiter.</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>&amp;Model browser</source>
        <translation>Modell&amp;übersicht</translation>
    </message>
    <message>
        <source>{name} is the base now.</source>
        <translation>{name} ist jetzt die Basis.</translation>
    </message>
    <message>
        <source>{variant} is the base now; it was written to {folder}.</source>
        <translation>{variant} ist jetzt die Basis; geschrieben nach {folder}.</translation>
    </message>
    <message>
        <source>The variants of {before} left the board. Those that are stored come back with it.</source>
        <translation>Die Varianten von {before} sind abgenommen. Gespeicherte kommen mit dieser Basis zurück.</translation>
    </message>
    <message>
        <source>&amp;Open {before} again</source>
        <translation>{before} &amp;wieder öffnen</translation>
    </message>
    <message>
        <source>Choose the folder of a model</source>
        <translation>Ordner eines Modells wählen</translation>
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
    <name>BatchPane</name>
    <message>
        <source>Previous step</source>
        <translation>Voriger Schritt</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>Nächster Schritt</translation>
    </message>
    <message>
        <source>Step {step} of {steps} · loss {loss}</source>
        <translation>Schritt {step} von {steps} · Loss {loss}</translation>
    </message>
    <message>
        <source>and {count} more rows</source>
        <translation>und {count} weitere Zeilen</translation>
    </message>
    <message>
        <source>Step {step} of {steps} · loss {loss}, measured now</source>
        <translation>Schritt {step} von {steps} · Loss {loss}, jetzt gemessen</translation>
    </message>
    <message>
        <source>Step {step} of {steps} · loss {loss}, measured at step {measured}</source>
        <translation>Schritt {step} von {steps} · Loss {loss}, gemessen bei Schritt {measured}</translation>
    </message>
    <message>
        <source>Measured with the state that this step began with.</source>
        <translation>Gemessen mit dem Stand, mit dem dieser Schritt begann.</translation>
    </message>
    <message>
        <source>Measured with the state of now: earlier ones can be asked when the run has ended.</source>
        <translation>Mit dem jetzigen Stand gemessen: frühere lassen sich fragen, wenn der Lauf zu Ende ist.</translation>
    </message>
    <message>
        <source>No earlier state was kept: measured with the state that is shown now.</source>
        <translation>Kein früherer Stand wurde behalten: gemessen mit dem Stand, der jetzt gezeigt wird.</translation>
    </message>
    <message>
        <source>Measured with the nearest kept state before it, that of step {step}.</source>
        <translation>Gemessen mit dem nächsten behaltenen Stand davor, dem von Schritt {step}.</translation>
    </message>
    <message>
        <source>Hatched tokens are only read; they are not in the loss.</source>
        <translation>Schraffierte Token werden nur gelesen; sie zählen nicht zum Loss.</translation>
    </message>
</context>
<context>
    <name>BinWindow</name>
    <message>
        <source>Restore from the bin</source>
        <translation>Aus dem Papierkorb zurückholen</translation>
    </message>
    <message>
        <source>Runs in the bin</source>
        <translation>Läufe im Papierkorb</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Zurückholen</translation>
    </message>
</context>
<context>
    <name>BlockDiagram</name>
    <message>
        <source>Other</source>
        <translation>Andere</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Attention</translation>
    </message>
    <message>
        <source>Feed-forward</source>
        <translation>Feed-Forward</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>Aktivierung</translation>
    </message>
    <message>
        <source>Norm</source>
        <translation>Norm</translation>
    </message>
</context>
<context>
    <name>Board</name>
    <message>
        <source>Pin this prompt</source>
        <translation>Diesen Prompt anheften</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
    <message>
        <source>Unpin this prompt</source>
        <translation>Diesen Prompt lösen</translation>
    </message>
    <message>
        <source>Go on with “{token}”</source>
        <translation>Mit „{token}“ weiter</translation>
    </message>
    <message>
        <source>Set as wanted token</source>
        <translation>Als gewünschtes Token setzen</translation>
    </message>
    <message>
        <source>No longer wanted</source>
        <translation>Nicht mehr gewünscht</translation>
    </message>
    <message>
        <source>Which sentence did this?</source>
        <translation>Welcher Satz hat das bewirkt?</translation>
    </message>
</context>
<context>
    <name>BoardView</name>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>weniger</translation>
    </message>
    <message>
        <source>Show fewer tokens</source>
        <translation>Weniger Token zeigen</translation>
    </message>
    <message>
        <source>{count} more tokens, at most {most} %</source>
        <translation>{count} weitere Token, höchstens {most} %</translation>
    </message>
    <message>
        <source>next token</source>
        <translation>nächstes Token</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>gewünscht</translation>
    </message>
    <message>
        <source>Click: go on with “{token}”. Ctrl+click: make it the wanted token.</source>
        <translation>Klick: mit „{token}“ weiter. Strg+Klick: zum gewünschten Token machen.</translation>
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
</context>
<context>
    <name>ColumnChoice</name>
    <message>
        <source>Texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Prompts and completions</source>
        <translation>Prompts und Antworten</translation>
    </message>
    <message>
        <source>What the rows are</source>
        <translation>Was die Zeilen sind</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Completion</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>System message</source>
        <translation>Systemnachricht</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>CommandButton</name>
    <message>
        <source>Find a command…</source>
        <translation>Befehl suchen…</translation>
    </message>
    <message>
        <source>Everything that can be done, found by typing</source>
        <translation>Alles, was möglich ist, durch Tippen finden</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Find a command, a dataset, a method…</source>
        <translation>Befehl, Datensatz, Methode suchen…</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>Befehl suchen</translation>
    </message>
    <message>
        <source>No command has that name.</source>
        <translation>Kein Befehl heißt so.</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>Gefundene Befehle</translation>
    </message>
</context>
<context>
    <name>CompareBar</name>
    <message>
        <source>Which plot is shown</source>
        <translation>Welche Kurve gezeigt wird</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>Loss curves, or target probability against forgetting</source>
        <translation>Loss-Kurven, oder Zielwahrscheinlichkeit gegen Vergessen</translation>
    </message>
    <message>
        <source>Log scale</source>
        <translation>Logarithmisch</translation>
    </message>
    <message>
        <source>Over steps or seconds</source>
        <translation>Über Schritte oder Sekunden</translation>
    </message>
    <message>
        <source>over steps</source>
        <translation>über Schritte</translation>
    </message>
    <message>
        <source>over seconds</source>
        <translation>über Sekunden</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Exponential moving average of the loss; the raw curve stays to be seen, pale, behind it.</source>
        <translation>Exponentieller gleitender Mittelwert des Loss; die rohe Kurve bleibt blass dahinter zu sehen.</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern als…</translation>
    </message>
    <message>
        <source>Curves as PNG…</source>
        <translation>Kurven als PNG…</translation>
    </message>
    <message>
        <source>Curves as SVG…</source>
        <translation>Kurven als SVG…</translation>
    </message>
    <message>
        <source>Values of the curves as CSV…</source>
        <translation>Werte der Kurven als CSV…</translation>
    </message>
    <message>
        <source>Target against forgetting as PNG…</source>
        <translation>Ziel gegen Vergessen als PNG…</translation>
    </message>
    <message>
        <source>Target against forgetting as SVG…</source>
        <translation>Ziel gegen Vergessen als SVG…</translation>
    </message>
    <message>
        <source>Figures of the runs as CSV…</source>
        <translation>Zahlen der Läufe als CSV…</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>≈ {steps} steps</source>
        <translation>≈ {steps} Schritte</translation>
    </message>
</context>
<context>
    <name>CompareMethodsWindow</name>
    <message>
        <source>Methods side by side on this data</source>
        <translation>Methoden nebeneinander auf diesen Daten</translation>
    </message>
    <message>
        <source>&amp;Add 1 run to the queue</source>
        <translation>1 Lauf in die &amp;Warteschlange</translation>
    </message>
    <message>
        <source>&amp;Add {count} runs to the queue</source>
        <translation>{count} Läufe in die &amp;Warteschlange</translation>
    </message>
    <message>
        <source>Each chosen method learns {data} with the training settings, kept rows and pinned prompts as they stand. {method} keeps the settings it has; the others get those that are usual for this model. The runs wait their turn in the queue; when all have ended, their comparison opens.</source>
        <translation>Jede gewählte Methode lernt {data} mit den jetzigen Einstellungen des Trainings, bewahrten Zeilen und angehefteten Prompts. {method} behält ihre Einstellungen; die anderen bekommen die, die bei diesem Modell üblich sind. Die Läufe warten in der Warteschlange, bis sie an der Reihe sind; sind alle zu Ende, öffnet sich ihr Vergleich.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Trainable</source>
        <translation>Trainierbar</translation>
    </message>
    <message>
        <source>Memory at its peak</source>
        <translation>Speicherspitze</translation>
    </message>
</context>
<context>
    <name>CompareModel</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
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
        <source>Forgetting</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Trainable parameters; the bars are logarithmic</source>
        <translation>Trainierbare Parameter; die Balken sind logarithmisch</translation>
    </message>
    <message>
        <source>In nats per token: of the last step, or at the cursor in the plot</source>
        <translation>In nats pro Token: vom letzten Schritt oder am Cursor im Diagramm</translation>
    </message>
    <message>
        <source>Probability of the wanted tokens at the end: the mean over the pinned prompts</source>
        <translation>Wahrscheinlichkeit der gewünschten Token am Ende: das Mittel über die angehefteten Prompts</translation>
    </message>
    <message>
        <source>How far the answers to what the base knew have moved: mean KL from the base, in nats</source>
        <translation>Wie weit sich die Antworten auf das verschoben haben, was die Basis wusste: mittlere KL zur Basis, in nats</translation>
    </message>
    <message>
        <source>Loss here</source>
        <translation>Loss hier</translation>
    </message>
    <message>
        <source>Not measured.</source>
        <translation>Nicht gemessen.</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Choose two or more runs in the Runs table and press Compare curves, or drop run folders here.</source>
        <translation>In der Tabelle „Läufe“ zwei oder mehr Läufe wählen und „Kurven vergleichen“ drücken, oder Ordner von Läufen hierher ziehen.</translation>
    </message>
    <message>
        <source>reading run {number} of {count}</source>
        <translation>Lauf {number} von {count} wird gelesen</translation>
    </message>
    <message>
        <source>cannot be read: {count}</source>
        <translation>nicht lesbar: {count}</translation>
    </message>
    <message>
        <source>without a loss: {count}</source>
        <translation>ohne Loss: {count}</translation>
    </message>
    <message>
        <source>older runs without seconds: {count}</source>
        <translation>ältere Läufe ohne Sekunden: {count}</translation>
    </message>
    <message>
        <source>loss curves</source>
        <translation>Loss-Kurven</translation>
    </message>
    <message>
        <source>target against forgetting</source>
        <translation>Ziel gegen Vergessen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>saved as {file}</source>
        <translation>gespeichert als {file}</translation>
    </message>
</context>
<context>
    <name>ComparePlot</name>
    <message>
        <source>Loss of the compared runs</source>
        <translation>Loss der verglichenen Läufe</translation>
    </message>
    <message>
        <source>loss (nats per token)</source>
        <translation>Loss (nats/Token)</translation>
    </message>
    <message>
        <source>time (s)</source>
        <translation>Zeit (s)</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>{seconds} s · loss {loss}</source>
        <translation>{seconds} s · Loss {loss}</translation>
    </message>
    <message>
        <source>step {step} · loss {loss}</source>
        <translation>Schritt {step} · Loss {loss}</translation>
    </message>
</context>
<context>
    <name>CompareScatter</name>
    <message>
        <source>Target probability against forgetting: for runs with a wanted token and with rows that the base knows.</source>
        <translation>Zielwahrscheinlichkeit gegen Vergessen: für Läufe mit einem gewünschten Token und mit Zeilen, die die Basis kennt.</translation>
    </message>
    <message>
        <source>Target probability against forgetting</source>
        <translation>Zielwahrscheinlichkeit gegen Vergessen</translation>
    </message>
    <message>
        <source>forgetting</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>target probability</source>
        <translation>Zielwahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Not measured: {names}</source>
        <translation>Nicht gemessen: {names}</translation>
    </message>
    <message>
        <source>These runs have no wanted token, or no rows that the base knows:
{names}</source>
        <translation>Diese Läufe haben kein gewünschtes Token oder keine Zeilen, die die Basis kennt:
{names}</translation>
    </message>
</context>
<context>
    <name>CompareTable</name>
    <message>
        <source>Compared runs</source>
        <translation>Verglichene Läufe</translation>
    </message>
    <message>
        <source>Take out of the comparison</source>
        <translation>Aus dem Vergleich nehmen</translation>
    </message>
    <message>
        <source>Show only this</source>
        <translation>Nur diese zeigen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>new</source>
        <comment>a token that the base&apos;s vocabulary lacks</comment>
        <translation>neu</translation>
    </message>
    <message>
        <source>at temperature {temperature}</source>
        <translation>bei Temperatur {temperature}</translation>
    </message>
    <message>
        <source>does not read so long a prompt</source>
        <translation>liest keinen so langen Prompt</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>gewünscht</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
</context>
<context>
    <name>ComparisonBoard</name>
    <message>
        <source>Answers of all variants</source>
        <translation>Antworten aller Varianten</translation>
    </message>
    <message>
        <source>row {row} of {rows}</source>
        <translation>Zeile {row} von {rows}</translation>
    </message>
</context>
<context>
    <name>ContinuePanel</name>
    <message>
        <source>Continue</source>
        <translation>Weiterschreiben</translation>
    </message>
    <message>
        <source>As a chat</source>
        <translation>Als Chat</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copies what was said</source>
        <translation>Kopiert, was gesagt wurde</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>How the tokens are drawn, and when it ends</source>
        <translation>Wie die Token gezogen werden, und wann Schluss ist</translation>
    </message>
    <message>
        <source>Type the beginning of a text</source>
        <translation>Den Anfang eines Textes tippen</translation>
    </message>
    <message>
        <source>Beginning of the text</source>
        <translation>Anfang des Textes</translation>
    </message>
    <message>
        <source>Ctrl+Return lets the variants go on, Esc stops them.</source>
        <translation>Strg+Enter lässt die Varianten weiterschreiben, Esc hält sie an.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Ctrl+Return</source>
        <translation>Strg+Enter</translation>
    </message>
    <message>
        <source>The text becomes a person&apos;s turn, and the model answers it.</source>
        <translation>Der Text wird zum Beitrag eines Menschen, und das Modell antwortet darauf.</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>Press Continue: the base and the variants that are shown go on from your text, side by side.</source>
        <translation>„Weiterschreiben“ drücken: Basis und gezeigte Varianten führen den Text fort, Seite an Seite.</translation>
    </message>
</context>
<context>
    <name>ContinuedColumn</name>
    <message>
        <source>What {variant} says</source>
        <translation>Was {variant} sagt</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Token</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>came to its end</source>
        <translation>kam zum Ende</translation>
    </message>
    <message>
        <source>met a text to stop at</source>
        <translation>traf auf einen Stopptext</translation>
    </message>
    <message>
        <source>as long as asked for</source>
        <translation>so lang wie verlangt</translation>
    </message>
    <message>
        <source>reads no more at once</source>
        <translation>liest nicht mehr auf einmal</translation>
    </message>
    <message>
        <source>was detached</source>
        <translation>wurde abgenommen</translation>
    </message>
</context>
<context>
    <name>ContinuedText</name>
    <message>
        <source>likeliest: {tokens}</source>
        <translation>am ehesten: {tokens}</translation>
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
        <source>{path} does not fit {config}: {reason}.</source>
        <translation>{path} passt nicht zu {config}: {reason}.</translation>
    </message>
    <message>
        <source>Get the folder again; its files belong together.</source>
        <translation>Den Ordner neu beschaffen; seine Dateien gehören zusammen.</translation>
    </message>
    <message>
        <source>{path} describes an adapter of type {type}; this version opens {known}.</source>
        <translation>{path} beschreibt einen Adapter der Art {type}; diese Version öffnet {known}.</translation>
    </message>
    <message>
        <source>Merge it into its base where it came from, and open the merged model.</source>
        <translation>Ihn an der Quelle in seine Basis mergen und das gemergte Modell öffnen.</translation>
    </message>
    <message>
        <source>Save it again without these settings.</source>
        <translation>Ihn ohne diese Einstellungen neu speichern.</translation>
    </message>
    <message>
        <source>{path} holds no adapter as PEFT writes it: {names} does not begin with {prefix}.</source>
        <translation>{path} enthält keinen Adapter, wie PEFT ihn schreibt: {names} beginnt nicht mit {prefix}.</translation>
    </message>
    <message>
        <source>{path} is empty.</source>
        <translation>{path} ist leer.</translation>
    </message>
    <message>
        <source>Save the adapter again where it came from.</source>
        <translation>Den Adapter an der Quelle neu speichern.</translation>
    </message>
    <message>
        <source>{method} cannot start from {path}, which is an adapter of {made_by}.</source>
        <translation>{method} kann nicht mit {path} beginnen; das ist ein Adapter von {made_by}.</translation>
    </message>
    <message>
        <source>Choose an adapter of the same method, or start fresh.</source>
        <translation>Einen Adapter derselben Methode wählen oder neu beginnen.</translation>
    </message>
    <message>
        <source>Training cannot start from the adapter in {path}: {reason}.</source>
        <translation>Das Training kann nicht vom Adapter in {path} ausgehen: {reason}.</translation>
    </message>
    <message>
        <source>Choose its rank and layers, and train what it replaces, or start fresh.</source>
        <translation>Rank und Schichten wie bei ihm wählen und trainieren, was er ersetzt, oder neu beginnen.</translation>
    </message>
    <message>
        <source>There are no events of a run in {path}.</source>
        <translation>In {path} sind keine Ereignisse eines Laufs.</translation>
    </message>
    <message>
        <source>It is merged; there is no adapter to save. Export the merged model instead.</source>
        <translation>Sie ist gemergt; es gibt keinen Adapter zu speichern. Stattdessen das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>It is merged already.</source>
        <translation>Sie ist schon gemergt.</translation>
    </message>
    <message>
        <source>The strength of {name} is fixed.</source>
        <translation>Die Stärke von {name} ist fest.</translation>
    </message>
    <message>
        <source>{strength} is outside of {lowest} to {highest}.</source>
        <translation>{strength} liegt außerhalb von {lowest} bis {highest}.</translation>
    </message>
    <message>
        <source>Choose a strength in between.</source>
        <translation>Eine Stärke dazwischen wählen.</translation>
    </message>
    <message>
        <source>{name} is not in the bin any more, so that it cannot be restored.</source>
        <translation>{name} ist nicht mehr im Papierkorb und lässt sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Rename or move that folder; the run is still in the bin.</source>
        <translation>Diesen Ordner umbenennen oder verschieben; der Lauf ist noch im Papierkorb.</translation>
    </message>
    <message>
        <source>There is no run in {path}.</source>
        <translation>In {path} ist kein Lauf.</translation>
    </message>
    <message>
        <source>{path} is not UTF-8 text.</source>
        <translation>{path} ist kein UTF-8-Text.</translation>
    </message>
    <message>
        <source>layers_to_transform means nothing beside an expression in target_modules</source>
        <translation>layers_to_transform bedeutet nichts neben einem Ausdruck in target_modules</translation>
    </message>
    <message>
        <source>layers_pattern means nothing without layers_to_transform</source>
        <translation>layers_pattern bedeutet nichts ohne layers_to_transform</translation>
    </message>
    <message>
        <source>{name} cannot be written as a {form}: {reason}</source>
        <translation>{name} lässt sich nicht als {form} schreiben: {reason}</translation>
    </message>
    <message>
        <source>The folder for temporary files could not be written to: {reason}.</source>
        <translation>In den Ordner für temporäre Dateien konnte nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Platz schaffen.</translation>
    </message>
    <message>
        <source>GGUF files need the package gguf, which is not installed.</source>
        <translation>GGUF-Dateien brauchen das Paket gguf, und das ist nicht installiert.</translation>
    </message>
    <message>
        <source>Run “pip install gguf”, and start the program again.</source>
        <translation>„pip install gguf“ ausführen und das Programm neu starten.</translation>
    </message>
    <message>
        <source>llama.cpp has no layer like {names} in models of the family {family}.</source>
        <translation>llama.cpp hat in Modellen der Familie {family} keine Schicht wie {names}.</translation>
    </message>
    <message>
        <source>Train other layers, or export the merged model.</source>
        <translation>Andere Schichten trainieren, oder das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>the expression closes a group that it does not open</source>
        <translation>der Ausdruck schließt eine Gruppe, die er nicht öffnet</translation>
    </message>
    <message>
        <source>the expression breaks off</source>
        <translation>der Ausdruck bricht ab</translation>
    </message>
    <message>
        <source>the expression repeats a place</source>
        <translation>der Ausdruck wiederholt eine Stelle</translation>
    </message>
    <message>
        <source>the expression repeats something fewer times than at least</source>
        <translation>der Ausdruck wiederholt etwas höchstens seltener als mindestens</translation>
    </message>
    <message>
        <source>the expression repeats nothing</source>
        <translation>der Ausdruck wiederholt nichts</translation>
    </message>
    <message>
        <source>the expression holds a range that is none</source>
        <translation>der Ausdruck enthält einen Bereich, der keiner ist</translation>
    </message>
    <message>
        <source>the expression is too large</source>
        <translation>der Ausdruck ist zu groß</translation>
    </message>
    <message>
        <source>{path} holds {size} GB, more than there is memory free for.</source>
        <translation>{path} enthält {size} GB, mehr als an Speicher frei ist.</translation>
    </message>
    <message>
        <source>Close other programs, or open it on a computer with more memory.</source>
        <translation>Andere Programme schließen, oder es auf einem Computer mit mehr Speicher öffnen.</translation>
    </message>
    <message>
        <source>Choose batches of {batch} and a gradient accumulation of {accumulation}: that frees about {freed}.</source>
        <translation>Batch-Größe {batch} und „Gradienten sammeln“ {accumulation} wählen: das macht etwa {freed} frei.</translation>
    </message>
    <message>
        <source>Choose a sequence length of {length}: that frees about {freed}.</source>
        <translation>Die Sequenzlänge {length} wählen: das macht etwa {freed} frei.</translation>
    </message>
    <message>
        <source>Switch “Recompute activations” on: that frees about {freed}.</source>
        <translation>„Aktivierungen neu berechnen“ einschalten: das macht etwa {freed} frei.</translation>
    </message>
    <message>
        <source>Choose LoRA, which trains small matrices beside the layers: that frees about {freed}.</source>
        <translation>LoRA wählen, das kleine Matrizen neben den Schichten trainiert: das macht etwa {freed} frei.</translation>
    </message>
    <message>
        <source>Open the model with weights in 4 bits (NF4): that frees about {freed}.</source>
        <translation>Das Modell mit Gewichten in 4 Bit (NF4) öffnen: das macht etwa {freed} frei.</translation>
    </message>
    <message>
        <source>Choose QLoRA, which keeps the base&apos;s weights in 4 bits: that frees about {freed}.</source>
        <translation>QLoRA wählen, das die Gewichte der Basis in 4 Bit hält: das macht etwa {freed} frei.</translation>
    </message>
    <message>
        <source>the template&apos;s loops take too long</source>
        <translation>die Schleifen der Vorlage dauern zu lange</translation>
    </message>
    <message>
        <source>the template calls itself without end</source>
        <translation>die Vorlage ruft sich ohne Ende selbst auf</translation>
    </message>
    <message>
        <source>the template writes too much</source>
        <translation>die Vorlage schreibt zu viel</translation>
    </message>
    <message>
        <source>the template computes powers</source>
        <translation>die Vorlage berechnet Potenzen</translation>
    </message>
    <message>
        <source>Row {row} cannot be written as a chat for this model: {reason}.</source>
        <translation>Zeile {row} lässt sich für dieses Modell nicht als Chat schreiben: {reason}.</translation>
    </message>
    <message>
        <source>Change the row, or write it as plain text.</source>
        <translation>Die Zeile ändern, oder sie als einfachen Text schreiben.</translation>
    </message>
    <message>
        <source>a text has one turn</source>
        <translation>ein Text hat einen Beitrag</translation>
    </message>
    <message>
        <source>messages have the roles system, user and assistant</source>
        <translation>Nachrichten haben die Rollen system, user und assistant</translation>
    </message>
    <message>
        <source>a completion has one turn of the user and one of the assistant</source>
        <translation>eine Antwort hat einen Beitrag von user und einen von assistant</translation>
    </message>
    <message>
        <source>name either the text, or the completion</source>
        <translation>entweder den Text nennen oder die Antwort</translation>
    </message>
    <message>
        <source>Choose a file with examples in it.</source>
        <translation>Eine Datei mit Beispielen darin wählen.</translation>
    </message>
    <message>
        <source>It is not known what the columns of {path} mean.</source>
        <translation>Was die Spalten von {path} bedeuten, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Tell which hold prompt and completion.</source>
        <translation>Angeben, welche Prompt und Antwort enthalten.</translation>
    </message>
    <message>
        <source>{path} is not valid JSON from line {line} on.</source>
        <translation>{path} ist ab Zeile {line} kein gültiges JSON.</translation>
    </message>
    <message>
        <source>It should be a list of objects: [{{…}}, {{…}}].</source>
        <translation>Es sollte eine Liste von Objekten sein: [{{…}}, {{…}}].</translation>
    </message>
    <message>
        <source>{path}, line {line} is not a line of a table: {reason}.</source>
        <translation>{path}, Zeile {line} ist keine Zeile einer Tabelle: {reason}.</translation>
    </message>
    <message>
        <source>Quote cells that hold the separator or a line break.</source>
        <translation>Zellen mit Trennzeichen oder Zeilenumbruch in Anführungszeichen setzen.</translation>
    </message>
    <message>
        <source>Row {row} is a chat of several turns, which is no prompt with a completion.</source>
        <translation>Zeile {row} ist ein Chat mit mehreren Beiträgen, kein Prompt mit einer Antwort.</translation>
    </message>
    <message>
        <source>Choose a layout for chats.</source>
        <translation>Ein Format für Chats wählen.</translation>
    </message>
    <message>
        <source>It needs {needed:.1f} GB of memory, and there are {there:.1f} GB.</source>
        <translation>Es braucht {needed:.1f} GB Speicher, und da sind {there:.1f} GB.</translation>
    </message>
    <message>
        <source>It needs the package {package}, which is not installed.</source>
        <translation>Es braucht das Paket {package}, und das ist nicht installiert.</translation>
    </message>
    <message>
        <source>A model of this size cannot be learned anew from a few rows.</source>
        <translation>Ein Modell dieser Größe lässt sich nicht aus wenigen Zeilen neu lernen.</translation>
    </message>
    <message>
        <source>None of the methods can run: {reasons}</source>
        <translation>Keine der Methoden kann laufen: {reasons}</translation>
    </message>
    <message>
        <source>{path} needs {size} MB, and the disk has {free} MB free.</source>
        <translation>{path} braucht {size} MB, und auf der Platte sind {free} MB frei.</translation>
    </message>
    <message>
        <source>{path} could not be moved, deleted or read: {reason}.</source>
        <translation>{path} konnte nicht verschoben, gelöscht oder gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>Look whether another program uses the folder.</source>
        <translation>Nachsehen, ob ein anderes Programm den Ordner benutzt.</translation>
    </message>
    <message>
        <source>{path} could not be read: {reason}.</source>
        <translation>{path} konnte nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>HF_ENDPOINT is {address}, which is no address of a hub.</source>
        <translation>HF_ENDPOINT ist {address}, und das ist keine Adresse eines Hubs.</translation>
    </message>
    <message>
        <source>Set it to an address such as https://huggingface.co, or unset it.</source>
        <translation>Eine Adresse wie https://huggingface.co einsetzen, oder die Variable löschen.</translation>
    </message>
    <message>
        <source>{address} is no address at {host}.</source>
        <translation>{address} ist keine Adresse bei {host}.</translation>
    </message>
    <message>
        <source>Models are looked up there only. Type a name such as Qwen/Qwen3-0.6B.</source>
        <translation>Modelle werden nur dort gesucht. Einen Namen wie Qwen/Qwen3-0.6B tippen.</translation>
    </message>
    <message>
        <source>{address} is not the page of a model.</source>
        <translation>{address} ist nicht die Seite eines Modells.</translation>
    </message>
    <message>
        <source>Paste the address of a model’s page.</source>
        <translation>Die Adresse der Seite eines Modells einfügen.</translation>
    </message>
    <message>
        <source>“{name}” is no name of a model.</source>
        <translation>„{name}“ ist kein Name eines Modells.</translation>
    </message>
    <message>
        <source>A name has two parts, such as Qwen/Qwen3-0.6B. The address of a model’s page does as well.</source>
        <translation>Ein Name hat zwei Teile, etwa Qwen/Qwen3-0.6B. Auch die Adresse der Seite eines Modells geht.</translation>
    </message>
    <message>
        <source>What {host} answers cannot be used: {reason}.</source>
        <translation>Was {host} antwortet, ist nicht brauchbar: {reason}.</translation>
    </message>
    <message>
        <source>Nothing of it was kept. Check HF_ENDPOINT if you have set it, or try again later.</source>
        <translation>Nichts davon wurde behalten. HF_ENDPOINT prüfen, falls es gesetzt ist, oder es später erneut versuchen.</translation>
    </message>
    <message>
        <source>The connection to {host} broke off: {reason}.</source>
        <translation>Die Verbindung zu {host} brach ab: {reason}.</translation>
    </message>
    <message>
        <source>Try again. What has arrived is kept.</source>
        <translation>Erneut versuchen. Angekommenes bleibt erhalten.</translation>
    </message>
    <message>
        <source>{host} sends the download on to {other}, which is none of its own places.</source>
        <translation>{host} leitet den Download zu {other} weiter, und das ist keiner der eigenen Orte.</translation>
    </message>
    <message>
        <source>Nothing was asked there. Check HF_ENDPOINT if you have set it.</source>
        <translation>Dort wurde nichts gefragt. HF_ENDPOINT prüfen, falls es gesetzt ist.</translation>
    </message>
    <message>
        <source>{name} is gated: its owner gives it to those who accept its licence.</source>
        <translation>{name} ist zugangsbeschränkt: Der Eigentümer gibt es denen, die die Lizenz annehmen.</translation>
    </message>
    <message>
        <source>Open {page} in a browser, log in and accept it. Then tell who you are: “hf auth login” in a terminal, or the variable HF_TOKEN.</source>
        <translation>{page} im Browser öffnen, anmelden und sie annehmen. Dann sagen, wer fragt: „hf auth login“ in einem Terminal, oder die Variable HF_TOKEN.</translation>
    </message>
    <message>
        <source>{host} has no model {name}, or not for everybody.</source>
        <translation>{host} hat kein Modell {name}, oder nicht für alle.</translation>
    </message>
    <message>
        <source>Check the name. For a private model, tell who you are: “hf auth login” in a terminal, or the variable HF_TOKEN.</source>
        <translation>Den Namen prüfen. Bei einem privaten Modell sagen, wer fragt: „hf auth login“ in einem Terminal, oder die Variable HF_TOKEN.</translation>
    </message>
    <message>
        <source>{host} does not give {name} to you.</source>
        <translation>{host} gibt {name} hier nicht heraus.</translation>
    </message>
    <message>
        <source>Open {page} in a browser to see why.</source>
        <translation>{page} im Browser öffnen und sehen, warum.</translation>
    </message>
    <message>
        <source>{host} is too busy, or out of order (HTTP {status}).</source>
        <translation>{host} ist überlastet oder außer Betrieb (HTTP {status}).</translation>
    </message>
    <message>
        <source>Try again in a few minutes.</source>
        <translation>Es in einigen Minuten erneut versuchen.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set, so nothing is sent.</source>
        <translation>HF_HUB_OFFLINE ist gesetzt, darum wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Unset it and start again to look up {name}.</source>
        <translation>Die Variable löschen und neu starten, um {name} nachzusehen.</translation>
    </message>
    <message>
        <source>{host} cannot be reached: {reason}.</source>
        <translation>{host} ist nicht erreichbar: {reason}.</translation>
    </message>
    <message>
        <source>Check the connection to the network, then try again.</source>
        <translation>Die Verbindung zum Netz prüfen, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Open it, or rename it to download the model again.</source>
        <translation>Ihn öffnen, oder ihn umbenennen, um das Modell noch einmal herunterzuladen.</translation>
    </message>
    <message>
        <source>{file} is not what {host} promised: its hash is another.</source>
        <translation>{file} ist nicht, was {host} versprochen hat: Der Hash ist ein anderer.</translation>
    </message>
    <message>
        <source>It was removed. Go on with the download; if it happens again, do not use this model.</source>
        <translation>Sie wurde entfernt. Den Download fortsetzen; geschieht es wieder, dieses Modell nicht verwenden.</translation>
    </message>
    <message>
        <source>The download of {name} was begun at {other}; the hub is {host} now.</source>
        <translation>Der Download von {name} begann bei {other}; jetzt ist der Hub {host}.</translation>
    </message>
    <message>
        <source>Set HF_ENDPOINT to the address of that hub, or remove the download and begin it anew.</source>
        <translation>HF_ENDPOINT auf die Adresse jenes Hubs setzen, oder den Download entfernen und neu beginnen.</translation>
    </message>
    <message>
        <source>{path} could not be removed: {reason}.</source>
        <translation>{path} konnte nicht entfernt werden: {reason}.</translation>
    </message>
    <message>
        <source>Remove it yourself.</source>
        <translation>Es von Hand entfernen.</translation>
    </message>
    <message>
        <source>{path} is a {architecture}, which does not continue texts.</source>
        <translation>{path} ist ein {architecture}, und das schreibt keine Texte weiter.</translation>
    </message>
    <message>
        <source>Choose a causal language model, such as Qwen3, Llama or GPT-2.</source>
        <translation>Ein kausales Sprachmodell wählen, etwa Qwen3, Llama oder GPT-2.</translation>
    </message>
    <message>
        <source>{path} has no tokenizer.json.</source>
        <translation>{path} hat keine tokenizer.json.</translation>
    </message>
    <message>
        <source>Load its tokenizer with transformers (AutoTokenizer) and save it again: that writes one.</source>
        <translation>Den Tokenizer mit transformers (AutoTokenizer) laden und neu speichern: Dabei entsteht sie.</translation>
    </message>
    <message>
        <source>{path} does not say what kind of model it is (model_type).</source>
        <translation>{path} sagt nicht, von welcher Art das Modell ist (model_type).</translation>
    </message>
    <message>
        <source>{path} does not name the files of the weights.</source>
        <translation>{path} nennt die Dateien der Gewichte nicht.</translation>
    </message>
    <message>
        <source>its header is too long, or it is something else altogether</source>
        <translation>sein Kopf ist zu lang, oder es ist etwas ganz anderes</translation>
    </message>
    <message>
        <source>{name} has no weights as safetensors.</source>
        <translation>{name} hat keine Gewichte als safetensors.</translation>
    </message>
    <message>
        <source>Choose the original model, not a converted one.</source>
        <translation>Das ursprüngliche Modell wählen, kein umgewandeltes.</translation>
    </message>
    <message>
        <source>{name} is an adapter, not a model.</source>
        <translation>{name} ist ein Adapter, kein Modell.</translation>
    </message>
    <message>
        <source>Download the model that it belongs to.</source>
        <translation>Das Modell herunterladen, zu dem er gehört.</translation>
    </message>
    <message>
        <source>{name} has no config.json, so it is no model folder.</source>
        <translation>{name} hat keine config.json und ist darum kein Modellordner.</translation>
    </message>
    <message>
        <source>{name} has its weights as pickle files only. Such a file can run code when it is opened, so it never is.</source>
        <translation>{name} hat seine Gewichte nur als Pickle-Dateien. Solche Dateien können beim Öffnen Code ausführen und werden darum nie geöffnet.</translation>
    </message>
    <message>
        <source>Look for a version with safetensors, or have somebody you trust convert it: transformers’ save_pretrained writes safetensors.</source>
        <translation>Eine Version mit safetensors suchen, oder sie von jemandem umwandeln lassen, der vertrauenswürdig ist: save_pretrained von transformers schreibt safetensors.</translation>
    </message>
    <message>
        <source>no size</source>
        <translation>keine Größe</translation>
    </message>
    <message>
        <source>no hash</source>
        <translation>kein Hash</translation>
    </message>
    <message>
        <source>The disk of {path} is full.</source>
        <translation>Die Platte von {path} ist voll.</translation>
    </message>
    <message>
        <source>Free some space, then go on with the download: what has arrived is kept.</source>
        <translation>Platz schaffen, dann den Download fortsetzen: Angekommenes bleibt erhalten.</translation>
    </message>
    <message>
        <source>Check the disk, then go on with the download: what has arrived is kept.</source>
        <translation>Die Platte prüfen, dann den Download fortsetzen: Angekommenes bleibt erhalten.</translation>
    </message>
    <message>
        <source>{name} learned without batches.</source>
        <translation>{name} hat ohne Batches gelernt.</translation>
    </message>
    <message>
        <source>The run has {steps} steps; there is no step {step}.</source>
        <translation>Der Lauf hat {steps} Schritte; es gibt keinen Schritt {step}.</translation>
    </message>
    <message>
        <source>{name} learns without batches.</source>
        <translation>{name} lernt ohne Batches.</translation>
    </message>
    <message>
        <source>What made {name} answer so cannot be told: its gradients are too large to be numbers.</source>
        <translation>Warum {name} so antwortet, lässt sich nicht sagen: seine Gradienten sind zu groß, um Zahlen zu sein.</translation>
    </message>
    <message>
        <source>Choose another variant, or train with a smaller learning rate.</source>
        <translation>Eine andere Variante wählen, oder mit einer kleineren Learning Rate trainieren.</translation>
    </message>
    <message>
        <source>{name} has nothing that trains.</source>
        <translation>{name} hat nichts, was trainiert.</translation>
    </message>
    <message>
        <source>Choose a trained variant.</source>
        <translation>Eine trainierte Variante wählen.</translation>
    </message>
    <message>
        <source>The prompt has {count} tokens; from 1 to {limit} can be read.</source>
        <translation>Der Prompt hat {count} Token; gelesen werden können 1 bis {limit}.</translation>
    </message>
    <message>
        <source>The vocabulary of {name} has no token “{token}”.</source>
        <translation>Das Vokabular von {name} hat kein Token „{token}“.</translation>
    </message>
    <message>
        <source>It is a mix of several adapters. Use “Save the mix as one adapter” in the mixer.</source>
        <translation>Sie ist eine Mischung mehrerer Adapter. Im Mischpult „Mischung als einen Adapter speichern“ benutzen.</translation>
    </message>
    <message>
        <source>a mix is made of variants, see make_mix</source>
        <translation>eine Mischung entsteht aus Varianten, siehe make_mix</translation>
    </message>
    <message>
        <source>Turn a part up first.</source>
        <translation>Zuerst einen Teil aufdrehen.</translation>
    </message>
    <message>
        <source>Rank {rank} does not fit the layers that {mix} changes.</source>
        <translation>Rank {rank} passt nicht zu den Schichten, die {mix} ändert.</translation>
    </message>
    <message>
        <source>Choose a rank of 1 to {most}.</source>
        <translation>Einen Rank von 1 bis {most} wählen.</translation>
    </message>
    <message>
        <source>In {mix} embedding and head differ, which are one and the same in the base.</source>
        <translation>In {mix} unterscheiden sich Embedding und Head, die in der Basis ein und dasselbe sind.</translation>
    </message>
    <message>
        <source>Merge it, or leave out the part that trains only one of them.</source>
        <translation>Die Mischung mergen oder den Teil weglassen, der nur eines davon trainiert.</translation>
    </message>
    <message>
        <source>{mix} changes what a LoRA adapter has no place for, such as {name}.</source>
        <translation>{mix} ändert, wofür ein LoRA-Adapter keinen Platz hat, etwa {name}.</translation>
    </message>
    <message>
        <source>Export the merged model, or choose a rank and accept the error.</source>
        <translation>Das gemergte Modell exportieren, oder einen Rank wählen und den Fehler hinnehmen.</translation>
    </message>
    <message>
        <source>No LoRA adapter is exactly {mix}: its layers are changed in more directions than a rank can be large.</source>
        <translation>Kein LoRA-Adapter ist genau {mix}: die Schichten sind in mehr Richtungen geändert, als ein Rank groß sein kann.</translation>
    </message>
    <message>
        <source>Choose a rank and accept the error, or export the merged model.</source>
        <translation>Einen Rank wählen und den Fehler hinnehmen, oder das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>The mix is not on the board any more.</source>
        <translation>Die Mischung steht nicht mehr neben der Basis.</translation>
    </message>
    <message>
        <source>There is nothing to mix.</source>
        <translation>Es gibt nichts zu mischen.</translation>
    </message>
    <message>
        <source>Choose two or more variants.</source>
        <translation>Zwei oder mehr Varianten wählen.</translation>
    </message>
    <message>
        <source>{name} is not a mix.</source>
        <translation>{name} ist keine Mischung.</translation>
    </message>
    <message>
        <source>Make a mix of two or more variants.</source>
        <translation>Zwei oder mehr Varianten mischen.</translation>
    </message>
    <message>
        <source>The base is in every mix.</source>
        <translation>Die Basis ist in jeder Mischung.</translation>
    </message>
    <message>
        <source>Choose trained or loaded variants.</source>
        <translation>Trainierte oder geladene Varianten wählen.</translation>
    </message>
    <message>
        <source>{name} cannot be mixed.</source>
        <translation>{name} kann nicht gemischt werden.</translation>
    </message>
    <message>
        <source>{mix} has no part named {name}.</source>
        <translation>{mix} hat keinen Teil namens {name}.</translation>
    </message>
    <message>
        <source>{name} does not say which rows it has learned.</source>
        <translation>{name} sagt nicht, welche Zeilen gelernt wurden.</translation>
    </message>
    <message>
        <source>Choose a variant that was trained here.</source>
        <translation>Eine Variante wählen, die hier trainiert wurde.</translation>
    </message>
    <message>
        <source>No state of {name} was kept at step {step}.</source>
        <translation>Von {name} wurde bei Schritt {step} kein Stand behalten.</translation>
    </message>
    <message>
        <source>Choose another step.</source>
        <translation>Einen anderen Schritt wählen.</translation>
    </message>
    <message>
        <source>{path} is no earlier state of {name}: {reason}.</source>
        <translation>{path} ist kein früherer Stand von {name}: {reason}.</translation>
    </message>
    <message>
        <source>Its result and its other states are as they were.</source>
        <translation>Das Ergebnis und die anderen Stände sind, wie sie waren.</translation>
    </message>
    <message>
        <source>Interrupted before anything was kept to go on from.</source>
        <translation>Unterbrochen, bevor etwas zum Fortsetzen behalten wurde.</translation>
    </message>
    <message>
        <source>1 of {rows} rows is too short to learn from: “{row}”. A row needs at least two words.</source>
        <translation>1 von {rows} Zeilen ist zu kurz, um daraus zu lernen: „{row}“. Eine Zeile braucht mindestens zwei Wörter.</translation>
    </message>
    <message>
        <source>Add a word to it, or delete it.</source>
        <translation>Ein Wort ergänzen oder sie löschen.</translation>
    </message>
    <message>
        <source>It changes whole layers, so there is no small adapter to save. Export the merged model instead.</source>
        <translation>Sie ändert ganze Schichten, darum gibt es keinen kleinen Adapter zu speichern. Stattdessen das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>The model has {there} blocks; {wanted} of them should train.</source>
        <translation>Das Modell hat {there} Blöcke; {wanted} davon sollen trainieren.</translation>
    </message>
    <message>
        <source>Choose at most {there}.</source>
        <translation>Höchstens {there} wählen.</translation>
    </message>
    <message>
        <source>Nothing is left to train.</source>
        <translation>Es bleibt nichts zu trainieren.</translation>
    </message>
    <message>
        <source>Choose at least one block, or switch embeddings or head on.</source>
        <translation>Mindestens einen Block wählen oder Embeddings oder Head einschalten.</translation>
    </message>
    <message>
        <source>It changes all weights, so there is no small adapter to save. Export the merged model instead.</source>
        <translation>Sie ändert alle Gewichte, darum gibt es keinen kleinen Adapter zu speichern. Stattdessen das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>write the layer&apos;s name, a colon and the number, such as “up_proj: 16”</source>
        <translation>den Namen der Schicht, einen Doppelpunkt und die Zahl schreiben, etwa „up_proj: 16“</translation>
    </message>
    <message>
        <source>It works through virtual tokens before the input, which are no part of the weights. Save the adapter instead.</source>
        <translation>Sie wirkt durch virtuelle Token vor der Eingabe, und die sind kein Teil der Gewichte. Stattdessen den Adapter speichern.</translation>
    </message>
    <message>
        <source>It shares nothing with the base, so there is no adapter to save. Export the merged model instead.</source>
        <translation>Sie hat mit der Basis nichts gemein, darum gibt es keinen Adapter zu speichern. Stattdessen das gemergte Modell exportieren.</translation>
    </message>
    <message>
        <source>It is a direction in the hidden states, which PEFT has no form for.</source>
        <translation>Sie ist eine Richtung in den Hidden States, und dafür hat PEFT keine Form.</translation>
    </message>
    <message>
        <source>Two groups of prompts are compared; the number of ticked datasets is {count}.</source>
        <translation>Verglichen werden zwei Gruppen von Prompts; angehakte Datensätze: {count}.</translation>
    </message>
    <message>
        <source>Tick exactly two datasets; the first is the one to move towards.</source>
        <translation>Genau zwei Datensätze anhaken; zum ersten geht es hin.</translation>
    </message>
    <message>
        <source>The group of prompts {name} is empty.</source>
        <translation>Die Gruppe von Prompts {name} ist leer.</translation>
    </message>
    <message>
        <source>Add a few prompts to it.</source>
        <translation>Ihr einige Prompts hinzufügen.</translation>
    </message>
    <message>
        <source>The group of prompts {name} has a single prompt, which tells no direction.</source>
        <translation>Die Gruppe von Prompts {name} hat einen einzigen Prompt; der zeigt keine Richtung.</translation>
    </message>
    <message>
        <source>Add another one to it.</source>
        <translation>Ihr einen weiteren hinzufügen.</translation>
    </message>
    <message>
        <source>The prompt “{prompt}” has {count} tokens; {model} reads {limit} at once.</source>
        <translation>Der Prompt „{prompt}“ hat {count} Token; {model} liest {limit} auf einmal.</translation>
    </message>
    <message>
        <source>There is no block {wanted}; the model has {there}.</source>
        <translation>Es gibt keinen Block {wanted}; das Modell hat {there}.</translation>
    </message>
    <message>
        <source>Choose a block from 1 to {there}, or 0.</source>
        <translation>Einen Block von 1 bis {there} wählen oder 0.</translation>
    </message>
    <message>
        <source>{tokens} virtual tokens leave no room in {model}, which reads {limit} tokens at once.</source>
        <translation>{tokens} virtuelle Token lassen keinen Platz: {model} liest {limit} Token auf einmal.</translation>
    </message>
    <message>
        <source>Choose at most {most}.</source>
        <translation>Höchstens {most} wählen.</translation>
    </message>
    <message>
        <source>The text to start the prompt with is empty.</source>
        <translation>Der Text, mit dem der Prompt beginnen soll, ist leer.</translation>
    </message>
    <message>
        <source>Type some words, or start at random.</source>
        <translation>Einige Wörter tippen oder zufällig beginnen.</translation>
    </message>
    <message>
        <source>{model} is open in 4 bits (NF4), and {method} changes the weights themselves.</source>
        <translation>{model} ist in 4 Bit (NF4) geöffnet, und {method} ändert die Gewichte selbst.</translation>
    </message>
    <message>
        <source>Open it in bfloat16 or float32, or choose LoRA.</source>
        <translation>In bfloat16 oder float32 öffnen oder LoRA wählen.</translation>
    </message>
    <message>
        <source>There is no device {device} on this computer.</source>
        <translation>Auf diesem Computer gibt es kein Gerät {device}.</translation>
    </message>
    <message>
        <source>Choose “automatic” or “cpu”.</source>
        <translation>„automatic“ oder „cpu“ wählen.</translation>
    </message>
    <message>
        <source>{type} is no type of numbers that a model can be opened in.</source>
        <translation>{type} ist keine Zahlenart, in der sich ein Modell öffnen lässt.</translation>
    </message>
    <message>
        <source>Choose one of {types}.</source>
        <translation>Aus {types} wählen.</translation>
    </message>
    <message>
        <source>{path} needs {size} GB of memory, and {free} GB are free.</source>
        <translation>{path} braucht {size} GB Speicher; frei sind {free} GB.</translation>
    </message>
    <message>
        <source>Models of type {type} cannot be used here: {reason}.</source>
        <translation>Modelle vom Typ {type} sind hier nicht brauchbar: {reason}.</translation>
    </message>
    <message>
        <source>Choose a causal language model of another family.</source>
        <translation>Ein kausales Sprachmodell einer anderen Familie wählen.</translation>
    </message>
    <message>
        <source>Such code is never run here. To do without it, open {file} in a text editor, delete the setting {names} with the value behind the colon, and open the folder again.</source>
        <translation>Solcher Code wird hier nie ausgeführt. Um ohne ihn auszukommen: {file} in einem Texteditor öffnen, die Einstellung {names} samt dem Wert hinter dem Doppelpunkt löschen und den Ordner erneut öffnen.</translation>
    </message>
    <message>
        <source>“{word}” cannot be added to the vocabulary: it is a token already, or no word.</source>
        <translation>„{word}“ lässt sich nicht ins Vokabular aufnehmen: Es ist schon ein Token, oder kein Wort.</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>Es weglassen.</translation>
    </message>
    <message>
        <source>The tokenizer of {name} cannot read this text: {reason}.</source>
        <translation>Der Tokenizer von {name} kann diesen Text nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>Change the text, or choose another model.</source>
        <translation>Den Text ändern, oder ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>Get the folder again from where it came from, or add the setting, e.g. &quot;model_type&quot;: &quot;llama&quot;.</source>
        <translation>Den Ordner aus seiner Quelle neu beschaffen, oder die Einstellung ergänzen, z. B. &quot;model_type&quot;: &quot;llama&quot;.</translation>
    </message>
    <message>
        <source>{path} describes a model of type {type}, which transformers {version} does not know.</source>
        <translation>{path} beschreibt ein Modell vom Typ {type}; den kennt transformers {version} nicht.</translation>
    </message>
    <message>
        <source>Install a newer transformers (pip install -U transformers), or choose another model.</source>
        <translation>Ein neueres transformers installieren (pip install -U transformers), oder ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>Models other than MiniGPT need the package transformers, which is not installed.</source>
        <translation>Andere Modelle als MiniGPT brauchen das Paket transformers, und das ist nicht installiert.</translation>
    </message>
    <message>
        <source>Run “pip install transformers”, and start the program again.</source>
        <translation>„pip install transformers“ ausführen und das Programm neu starten.</translation>
    </message>
    <message>
        <source>{path} describes weights that are rounded already (quantization_config, {method}).</source>
        <translation>{path} beschreibt Gewichte, die schon gerundet sind (quantization_config, {method}).</translation>
    </message>
    <message>
        <source>Open the model that it was made from; it can be rounded to 4 bits (NF4) while it is opened.</source>
        <translation>Das Modell öffnen, aus dem es entstand; beim Öffnen lässt es sich auf 4 Bit (NF4) runden.</translation>
    </message>
    <message>
        <source>{path} cannot be used: the setting {name} is private to the program that reads it.</source>
        <translation>{path} ist nicht brauchbar: Die Einstellung {name} gehört allein dem Programm, das sie liest.</translation>
    </message>
    <message>
        <source>Remove the setting, or get the folder again from where it came from.</source>
        <translation>Die Einstellung entfernen, oder den Ordner aus seiner Quelle neu beschaffen.</translation>
    </message>
    <message>
        <source>The weights in {path} do not fit {config}: {reason}.</source>
        <translation>Die Gewichte in {path} passen nicht zu {config}: {reason}.</translation>
    </message>
    <message>
        <source>{path} holds an adapter beside the model (adapter_config.json).</source>
        <translation>{path} enthält neben dem Modell einen Adapter (adapter_config.json).</translation>
    </message>
    <message>
        <source>Move the adapter&apos;s files to a folder of their own, and open both one after the other.</source>
        <translation>Die Dateien des Adapters in einen eigenen Ordner legen und beide nacheinander öffnen.</translation>
    </message>
    <message>
        <source>{path} does not fit into the memory of {device}.</source>
        <translation>{path} passt nicht in den Speicher von {device}.</translation>
    </message>
    <message>
        <source>Open it in 4 bits (NF4) or as bfloat16, on another device, or close other programs.</source>
        <translation>Es in 4 Bit (NF4) oder als bfloat16 öffnen, auf einem anderen Gerät, oder andere Programme schließen.</translation>
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
        <source>4-bit weights need the package bitsandbytes, which is not installed.</source>
        <translation>4-Bit-Gewichte brauchen das Paket bitsandbytes, und das ist nicht installiert.</translation>
    </message>
    <message>
        <source>Run “pip install bitsandbytes”, and start the program again.</source>
        <translation>„pip install bitsandbytes“ ausführen und das Programm neu starten.</translation>
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
        <source>A temperature of {temperature} has no answers.</source>
        <translation>Bei einer Temperatur von {temperature} gibt es keine Antworten.</translation>
    </message>
    <message>
        <source>Choose one above 0.</source>
        <translation>Eine über 0 wählen.</translation>
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
        <source>The run in {path} cannot go on: the base {base} is not the one that it began on.</source>
        <translation>Der Lauf in {path} lässt sich nicht fortsetzen: Die Basis {base} ist nicht die, mit der er begann.</translation>
    </message>
    <message>
        <source>Put back the weights that it had then, or run the recipe again.</source>
        <translation>Die damaligen Gewichte zurücklegen, oder das Rezept noch einmal ausführen.</translation>
    </message>
    <message>
        <source>The run in {path} cannot go on: it has finished.</source>
        <translation>Der Lauf in {path} lässt sich nicht fortsetzen: Er ist zu Ende.</translation>
    </message>
    <message>
        <source>The run in {path} cannot go on: its files are missing.</source>
        <translation>Der Lauf in {path} lässt sich nicht fortsetzen: Seine Dateien fehlen.</translation>
    </message>
    <message>
        <source>The run in {path} cannot go on: no state was kept that it could go on from.</source>
        <translation>Der Lauf in {path} lässt sich nicht fortsetzen: Kein Stand wurde dafür behalten.</translation>
    </message>
    <message>
        <source>{reason}</source>
        <translation>{reason}</translation>
    </message>
    <message>
        <source>{name} cannot be renamed: it is being trained.</source>
        <translation>{name} lässt sich nicht umbenennen: Es wird gerade trainiert.</translation>
    </message>
    <message>
        <source>Nothing can be edited here: another window has this workspace.</source>
        <translation>Hier lässt sich nichts bearbeiten: Ein anderes Fenster hat diesen Arbeitsbereich.</translation>
    </message>
    <message>
        <source>Edit there, or close it and press “Try again” below.</source>
        <translation>Dort bearbeiten, oder es schließen und unten „Erneut versuchen“ drücken.</translation>
    </message>
    <message>
        <source>The prompt has {count} tokens; {model} reads {limit} at once.</source>
        <translation>Der Prompt hat {count} Token; {model} liest {limit} auf einmal.</translation>
    </message>
    <message>
        <source>There is nothing to protect: the base knows none of the kept rows, or the new ones contradict them all.</source>
        <translation>Es gibt nichts zu schützen: die Basis kennt keine der bewahrten Zeilen, oder die neuen widersprechen allen.</translation>
    </message>
    <message>
        <source>Keep rows in words that the base knows, or switch protection off.</source>
        <translation>Zeilen in Wörtern bewahren, die die Basis kennt, oder den Schutz ausschalten.</translation>
    </message>
    <message>
        <source>Wait for it to end, or cancel it; then resume the other.</source>
        <translation>Sein Ende abwarten oder ihn abbrechen, dann den anderen fortsetzen.</translation>
    </message>
    <message>
        <source>The base is still being opened.</source>
        <translation>Die Basis wird noch geöffnet.</translation>
    </message>
    <message>
        <source>Wait until it is there, then resume the run.</source>
        <translation>Warten, bis sie da ist, dann den Lauf fortsetzen.</translation>
    </message>
    <message>
        <source>This run is in progress.</source>
        <translation>Dieser Lauf ist im Gange.</translation>
    </message>
    <message>
        <source>{name} was taken off the board for good: it is too large to be kept for undo, and no folder has it.</source>
        <translation>{name} ist endgültig abgenommen: Es ist zu groß, um es zum Rückgängigmachen zu behalten, und kein Ordner hat es.</translation>
    </message>
    <message>
        <source>Save a variant like this before it is detached.</source>
        <translation>So eine Variante vor dem Abnehmen speichern.</translation>
    </message>
    <message>
        <source>Nothing can be trained here: another window has this workspace.</source>
        <translation>Hier kann nichts trainiert werden: ein anderes Fenster hat diesen Arbeitsordner.</translation>
    </message>
    <message>
        <source>Train there, or close it and press “Try again” below.</source>
        <translation>Dort trainieren, oder es schließen und unten „Erneut versuchen“ drücken.</translation>
    </message>
    <message>
        <source>Wait for it to end, or cancel it; then open another base.</source>
        <translation>Sein Ende abwarten oder ihn abbrechen, dann eine andere Basis öffnen.</translation>
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
        <source>The model&apos;s layers have no bias that could take the direction in. Ablate it, or keep it beside the model.</source>
        <translation>Die Schichten des Modells haben keinen Bias, der die Richtung aufnehmen könnte. Sie herausnehmen oder neben dem Modell lassen.</translation>
    </message>
    <message>
        <source>The prompt has {count} tokens; behind its virtual tokens a variant of {model} reads {limit} at once.</source>
        <translation>Der Prompt hat {count} Token; hinter ihren virtuellen Token liest eine Variante von {model} {limit} auf einmal.</translation>
    </message>
    <message>
        <source>Shorten it, or detach the variant with that many virtual tokens.</source>
        <translation>Ihn kürzen oder die Variante mit so vielen virtuellen Token abnehmen.</translation>
    </message>
    <message>
        <source>The run cannot go on: {path} ends before step {step}.</source>
        <translation>Der Lauf kann nicht weitergehen: {path} endet vor Schritt {step}.</translation>
    </message>
    <message>
        <source>Run its recipe again.</source>
        <translation>Sein Rezept noch einmal trainieren.</translation>
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
        <source>The run cannot go on, because its checkpoint cannot be used: {reason}</source>
        <translation>Der Lauf kann nicht weitergehen, denn sein Checkpoint ist nicht brauchbar: {reason}</translation>
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
        <source>Mend it, or leave such records out (in a terminal: --skip-bad).</source>
        <translation>Berichtigen oder solche Einträge auslassen (im Terminal: --skip-bad).</translation>
    </message>
    <message>
        <source>{mix} is the base: there is nothing to save.</source>
        <translation>{mix} ist die Basis: Es gibt nichts zu speichern.</translation>
    </message>
    <message>
        <source>{path} holds its weights as {pickled} only. Such a file can run code when it is opened, so it never is.</source>
        <translation>{path} enthält seine Gewichte nur als {pickled}. Solche Dateien können beim Öffnen Code ausführen und werden darum nie geöffnet.</translation>
    </message>
    <message>
        <source>If you trust where it comes from, convert it in a terminal: {command}</source>
        <translation>Nur bei vertrauenswürdiger Herkunft im Terminal umwandeln: {command}</translation>
    </message>
    <message>
        <source>{path} is incomplete: {missing} of {count} weight files are missing ({names}).</source>
        <translation>{path} ist unvollständig: {missing} von {count} Dateien mit Gewichten fehlen ({names}).</translation>
    </message>
    <message>
        <source>Download the folder again, or the missing files into it.</source>
        <translation>Den Ordner neu herunterladen, oder die fehlenden Dateien hinein.</translation>
    </message>
    <message>
        <source>Make it in a terminal: {command}</source>
        <translation>Sie im Terminal erzeugen: {command}</translation>
    </message>
    <message>
        <source>{path} does not fit the model: it knows token number {number}, and the embedding has {rows} rows.</source>
        <translation>{path} passt nicht zum Modell: Es kennt das Token Nummer {number}, und das Embedding hat {rows} Zeilen.</translation>
    </message>
    <message>
        <source>{config} describes no network that transformers can build: {reason}.</source>
        <translation>{config} beschreibt kein Netz, das transformers bauen kann: {reason}.</translation>
    </message>
    <message>
        <source>{name} holds numbers that are too large for float16.</source>
        <translation>{name} enthält Zahlen, die für float16 zu groß sind.</translation>
    </message>
    <message>
        <source>Open the model in bfloat16 or float32.</source>
        <translation>Das Modell in bfloat16 oder float32 öffnen.</translation>
    </message>
    <message>
        <source>{path} holds whole numbers where weights are needed ({names}).</source>
        <translation>{path} enthält ganze Zahlen, wo Gewichte nötig sind ({names}).</translation>
    </message>
    <message>
        <source>Open the model before it was rounded; it can be rounded to 4 bits (NF4) while it is opened.</source>
        <translation>Das Modell öffnen, wie es vor dem Runden war; beim Öffnen lässt es sich auf 4 Bit (NF4) runden.</translation>
    </message>
    <message>
        <source>The model&apos;s scores are no numbers, so nothing can be drawn.</source>
        <translation>Die Logits des Modells sind keine Zahlen, darum lässt sich nichts ziehen.</translation>
    </message>
    <message>
        <source>Detach the variant.</source>
        <translation>Die Variante abnehmen.</translation>
    </message>
    <message>
        <source>The prompt has {count} tokens; {name} reads {limit} at once, so nothing can follow.</source>
        <translation>Der Prompt hat {count} Token; {name} liest {limit} auf einmal, darum kann nichts folgen.</translation>
    </message>
    <message>
        <source>Training stopped at step {step}: {device} is out of memory.</source>
        <translation>Das Training hielt bei Schritt {step} an: {device} hat keinen Speicher mehr.</translation>
    </message>
    <message>
        <source>Training stopped at step {step}: {device} does not answer any more ({reason}).</source>
        <translation>Das Training hielt bei Schritt {step} an: {device} antwortet nicht mehr ({reason}).</translation>
    </message>
    <message>
        <source>What was kept on disk is safe. Start the program again and let the run go on from there. If it happens again, look at the device&apos;s driver and temperature.</source>
        <translation>Was auf der Platte behalten wurde, ist sicher. Das Programm neu starten und den Lauf von dort fortsetzen. Geschieht es wieder, nach Treiber und Temperatur des Geräts sehen.</translation>
    </message>
    <message>
        <source>{model} is open in float16, in which small gradients become zero and large ones infinite.</source>
        <translation>{model} ist in float16 geöffnet; darin werden kleine Gradienten zu null und große unendlich.</translation>
    </message>
    <message>
        <source>Open it in bfloat16 or float32 to train it.</source>
        <translation>Zum Trainieren in bfloat16 oder float32 öffnen.</translation>
    </message>
    <message>
        <source>{path} was written, but memory has no room to open it beside the base and to compare the two.</source>
        <translation>{path} wurde geschrieben, aber der Speicher reicht nicht, um es neben der Basis zu öffnen und beide zu vergleichen.</translation>
    </message>
    <message>
        <source>Close the base and open the folder to see whether it answers as it should.</source>
        <translation>Die Basis schließen und den Ordner öffnen, um zu sehen, ob er antwortet, wie er soll.</translation>
    </message>
    <message>
        <source>There is nothing to learn in the {count} rows: no answer lies within the first {length} tokens.</source>
        <translation>In den {count} Zeilen gibt es nichts zu lernen: In den ersten {length} Token liegt keine Antwort.</translation>
    </message>
    <message>
        <source>Choose a longer sequence, or rows with answers.</source>
        <translation>Eine längere Sequenz wählen, oder Zeilen mit Antworten.</translation>
    </message>
    <message>
        <source>the gradient of the loss can be asked for once</source>
        <translation>der Gradient des Loss lässt sich nur einmal abfragen</translation>
    </message>
    <message>
        <source>{name} cannot be detached: it is being trained.</source>
        <translation>{name} lässt sich nicht abnehmen: Es wird gerade trainiert.</translation>
    </message>
    <message>
        <source>Wait for its run to end, or cancel it.</source>
        <translation>Das Ende des Laufs abwarten, oder ihn abbrechen.</translation>
    </message>
    <message>
        <source>The workspace opens with its default settings; the file is kept as studio.json.broken.</source>
        <translation>Der Arbeitsordner öffnet mit seinen Voreinstellungen; die Datei bleibt als studio.json.broken.</translation>
    </message>
    <message>
        <source>Nothing can be written in {folder}: {reason}.</source>
        <translation>In {folder} kann nichts geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>Open a workspace in a folder of your own.</source>
        <translation>Einen Arbeitsordner an einem eigenen Ort öffnen.</translation>
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
        <source>Something is still being opened or written here.</source>
        <translation>Hier wird noch etwas geöffnet oder geschrieben.</translation>
    </message>
    <message>
        <source>Wait until it is done, then open {folder}.</source>
        <translation>Warten, bis das getan ist, dann {folder} öffnen.</translation>
    </message>
    <message>
        <source>{folder} holds other things, and is no workspace.</source>
        <translation>{folder} enthält anderes und ist kein Arbeitsordner.</translation>
    </message>
    <message>
        <source>Choose an empty folder for a new one.</source>
        <translation>Für einen neuen einen leeren Ordner wählen.</translation>
    </message>
    <message>
        <source>MiniGPT is open instead. The menu Model, Recent bases has the way back.</source>
        <translation>Stattdessen ist MiniGPT geöffnet. Zurück geht es im Menü Modell, Letzte Basismodelle.</translation>
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
        <source>{name} was not opened.</source>
        <translation>{name} wurde nicht geöffnet.</translation>
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
        <source>{tokens} (wanted: {wanted})</source>
        <translation>{tokens} (gewünscht: {wanted})</translation>
    </message>
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
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show the next row with a problem</source>
        <translation>Die nächste Zeile mit einem Problem zeigen</translation>
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
        <source>1 word that the base does not know: {words}</source>
        <translation>1 Wort, das die Basis nicht kennt: {words}</translation>
    </message>
    <message>
        <source>{count} words that the base does not know: {words}</source>
        <translation>{count} Wörter, die die Basis nicht kennt: {words}</translation>
    </message>
    <message>
        <source>1 row would not be learned as it stands.</source>
        <translation>1 Zeile würde so, wie sie ist, nicht gelernt.</translation>
    </message>
    <message>
        <source>{count} rows would not be learned as they stand.</source>
        <translation>{count} Zeilen würden so, wie sie sind, nicht gelernt.</translation>
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
        <source>Read-only: rows cannot be edited here.</source>
        <translation>Schreibgeschützt: Zeilen lassen sich hier nicht bearbeiten.</translation>
    </message>
    <message>
        <source>Add row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
    <message>
        <source>Restore built-in rows</source>
        <translation>Eingebaute Zeilen wiederherstellen</translation>
    </message>
    <message>
        <source>Train on</source>
        <translation>Trainieren mit</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
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
    <message>
        <source>Delete dataset</source>
        <translation>Datensatz löschen</translation>
    </message>
</context>
<context>
    <name>DatasetFiles</name>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
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
        <source>records left out: {count}</source>
        <translation>ausgelassene Einträge: {count}</translation>
    </message>
    <message>
        <source>prompts pinned: {count}</source>
        <translation>angeheftete Prompts: {count}</translation>
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
        <source>What the next run learns cannot be kept as it is.</source>
        <translation>Was der nächste Lauf lernt, kann nicht bleiben, wie es ist.</translation>
    </message>
    <message>
        <source>Kept: the base knows these rows. Forgetting is measured on them, and Protect holds them.</source>
        <translation>Bewahrt: die Basis kennt diese Zeilen. An ihnen wird das Vergessen gemessen, und der Schutz hält sie fest.</translation>
    </message>
    <message>
        <source>Keep what it says: count its rows to what the base knows.</source>
        <translation>Bewahren: seine Zeilen zu dem zählen, was die Basis weiß.</translation>
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
        <source>kept</source>
        <translation>bewahrt</translation>
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
    <message>
        <source>contrast</source>
        <translation>Kontrast</translation>
    </message>
    <message>
        <source>instruction</source>
        <translation>Anweisungen</translation>
    </message>
</context>
<context>
    <name>DatasetMenu</name>
    <message>
        <source>New dataset</source>
        <translation>Neuer Datensatz</translation>
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
        <source>Don&apos;t keep</source>
        <translation>Nicht bewahren</translation>
    </message>
    <message>
        <source>Keep what it says</source>
        <translation>Bewahren, was er sagt</translation>
    </message>
</context>
<context>
    <name>DatasetModel</name>
    <message>
        <source>too short: needs at least two words</source>
        <translation>zu kurz: braucht mindestens zwei Wörter</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Tokens</translation>
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
        <source>unknown to the base: {words}</source>
        <translation>der Basis unbekannt: {words}</translation>
    </message>
    <message>
        <source>not kept: the base does not know all of its words</source>
        <translation>nicht bewahrt: die Basis kennt nicht alle ihre Wörter</translation>
    </message>
    <message>
        <source>held out, but contradicted by “{row}”: not measured</source>
        <translation>zurückgehalten, aber im Widerspruch zu „{row}“: nicht gemessen</translation>
    </message>
    <message>
        <source>held out: measured, but not protected</source>
        <translation>zurückgehalten: gemessen, aber nicht geschützt</translation>
    </message>
    <message>
        <source>A click keeps it.</source>
        <translation>Ein Klick bewahrt sie.</translation>
    </message>
    <message>
        <source>contradicted by “{row}”: not kept</source>
        <translation>im Widerspruch zu „{row}“: nicht bewahrt</translation>
    </message>
    <message>
        <source>kept: its answer should stay as it is</source>
        <translation>bewahrt: ihre Antwort soll bleiben, wie sie ist</translation>
    </message>
    <message>
        <source>A click holds it out.</source>
        <translation>Ein Klick hält sie zurück.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Wörter</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Bewahrt</translation>
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
    <message>
        <source>Panels in this place</source>
        <translation>Bereiche an dieser Stelle</translation>
    </message>
</context>
<context>
    <name>DownloadPage</name>
    <message>
        <source>Progress of the download</source>
        <translation>Fortschritt des Downloads</translation>
    </message>
    <message>
        <source>Remo&amp;ve…</source>
        <translation>Entf&amp;ernen…</translation>
    </message>
    <message>
        <source>Gives the download up; asks what becomes of the part that has arrived</source>
        <translation>Gibt den Download auf; fragt, was aus dem angekommenen Teil wird</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{size} each second</source>
        <translation>{size} pro Sekunde</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>Checking what is there</source>
        <translation>Prüft, was da ist</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>Lädt herunter</translation>
    </message>
    <message>
        <source>The connection broke off; it is tried again</source>
        <translation>Die Verbindung brach ab; es wird erneut versucht</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
</context>
<context>
    <name>DriftPlot</name>
    <message>
        <source>Forgetting over steps</source>
        <translation>Vergessen über die Schritte</translation>
    </message>
    <message>
        <source>KL (nats per token)</source>
        <translation>KL (nats/Token)</translation>
    </message>
    <message>
        <source>KL (nats)</source>
        <translation>KL (nats)</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>protected</source>
        <translation>geschützt</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>step {step} · {rows}: KL {kl}</source>
        <translation>Schritt {step} · {rows}: KL {kl}</translation>
    </message>
</context>
<context>
    <name>EditableRows</name>
    <message>
        <source>Edit row</source>
        <translation>Zeile bearbeiten</translation>
    </message>
    <message>
        <source>Hold out</source>
        <translation>Zurückhalten</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Bewahren</translation>
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
</context>
<context>
    <name>EmptyHint</name>
    <message>
        <source>Add row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
</context>
<context>
    <name>ErrorCurve</name>
    <message>
        <source>The error of each rank: ‖ΔW − BA‖ / ‖ΔW‖ over all layers. Click to choose a rank.</source>
        <translation>Der Fehler jedes Ranks: ‖ΔW − BA‖ / ‖ΔW‖ über alle Schichten. Ein Klick wählt einen Rank.</translation>
    </message>
</context>
<context>
    <name>ExampleEditor</name>
    <message>
        <source>Example</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Form of the example</source>
        <translation>Form des Beispiels</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Prompt and completion</source>
        <translation>Prompt und Antwort</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>Add turn</source>
        <translation>Neuer Beitrag</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Ctrl+Return</source>
        <translation>Strg+Eingabe</translation>
    </message>
    <message>
        <source>Not saved yet. Esc once more leaves it as it was.</source>
        <translation>Noch nicht gespeichert. Esc noch einmal lässt alles, wie es war.</translation>
    </message>
    <message>
        <source>There is no text yet.</source>
        <translation>Noch ist da kein Text.</translation>
    </message>
    <message>
        <source>Without an answer there is nothing to learn.</source>
        <translation>Ohne Antwort gibt es nichts zu lernen.</translation>
    </message>
</context>
<context>
    <name>Experiments</name>
    <message>
        <source>protection weight</source>
        <translation>Gewicht des Schutzes</translation>
    </message>
    <message>
        <source>learning rates</source>
        <translation>Learning Rates</translation>
    </message>
    <message>
        <source>methods</source>
        <translation>Methoden</translation>
    </message>
    <message>
        <source>data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>true</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>false</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>gewünscht</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>other currencies, corrected phrasings</source>
        <translation>andere Währungen, korrigierte Form</translation>
    </message>
    <message>
        <source>other currencies, other phrasings</source>
        <translation>andere Währungen, andere Form</translation>
    </message>
    <message>
        <source>the capital of Bulgaria</source>
        <translation>Bulgariens Hauptstadt</translation>
    </message>
    <message>
        <source>other capitals</source>
        <translation>andere Hauptstädte</translation>
    </message>
    <message>
        <source>Three ways to fine-tune</source>
        <translation>Drei Wege zum Fine-Tuning</translation>
    </message>
    <message>
        <source>Full fine-tuning, layer freezing and LoRA learn new sentences: what each costs and forgets.</source>
        <translation>Full Fine-Tuning, Layer Freezing und LoRA lernen neue Sätze: was jedes kostet und vergisst.</translation>
    </message>
    <message>
        <source>Correct four facts</source>
        <translation>Vier Fakten korrigieren</translation>
    </message>
    <message>
        <source>LoRA on v_proj alone against all four projections, with and without protection of the rest.</source>
        <translation>LoRA nur auf v_proj gegen alle vier Projektionen, mit und ohne Schutz des Übrigen.</translation>
    </message>
    <message>
        <source>Correct what a model knows</source>
        <translation>Das Wissen eines Modells korrigieren</translation>
    </message>
    <message>
        <source>A base that knows currencies and capitals learns of Bulgaria&apos;s euro: what follows, and what stays.</source>
        <translation>Eine Basis, die Währungen und Hauptstädte kennt, lernt Bulgariens Euro: was folgt und was bleibt.</translation>
    </message>
    <message>
        <source>All methods side by side</source>
        <translation>Alle Methoden nebeneinander</translation>
    </message>
    <message>
        <source>Every method on the same data: target probability, forgetting, parameters, seconds.</source>
        <translation>Jede Methode auf denselben Daten: Zielwahrscheinlichkeit, Vergessen, Parameter, Sekunden.</translation>
    </message>
    <message>
        <source>⚠ marks an answer that moved although it should have stayed.</source>
        <translation>⚠ kennzeichnet eine Antwort, die sich änderte, obwohl sie bleiben sollte.</translation>
    </message>
    <message>
        <source>Forgetting is measured on the training sentences that the new ones do not contradict.</source>
        <translation>Das Vergessen wird an den Trainingssätzen gemessen, denen die neuen nicht widersprechen.</translation>
    </message>
    <message>
        <source>What stayed</source>
        <translation>Was blieb</translation>
    </message>
    <message>
        <source>The old answer and the new one</source>
        <translation>Die alte Antwort und die neue</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>Protected: first answers kept</source>
        <translation>Geschützt: erste Antworten geblieben</translation>
    </message>
    <message>
        <source>lowest share of the base&apos;s probability</source>
        <translation>kleinste Wahrsch. gegenüber der Basis</translation>
    </message>
    <message>
        <source>Neither: first answers kept</source>
        <translation>Weder noch: erste Antworten geblieben</translation>
    </message>
    <message>
        <source>mean share of the base&apos;s probability</source>
        <translation>mittlere Wahrsch. gegenüber der Basis</translation>
    </message>
    <message>
        <source>Corrected facts (should have changed)</source>
        <translation>Korrigierte (sollten sich ändern)</translation>
    </message>
    <message>
        <source>Other facts (should have stayed)</source>
        <translation>Andere (sollten bleiben)</translation>
    </message>
    <message>
        <source>What the protected runs protect</source>
        <translation>Was die geschützten Läufe schützen</translation>
    </message>
    <message>
        <source>Neither corrected nor protected</source>
        <translation>Weder korrigiert noch geschützt</translation>
    </message>
    <message>
        <source>The vocabulary grew by the new words first. With frozen layers the head trains too: it has to say them.</source>
        <translation>Zuerst wuchs das Vokabular um die neuen Wörter. Beim Layer Freezing trainiert auch der Head: er muss sie sagen.</translation>
    </message>
    <message>
        <source>Forgetting is measured on the old sentences; ⚠ marks an answer that moved although it should have stayed.</source>
        <translation>Das Vergessen wird an den alten Sätzen gemessen; ⚠ kennzeichnet eine Antwort, die sich änderte, obwohl sie bleiben sollte.</translation>
    </message>
    <message>
        <source>Converged: the first epoch whose mean loss is within 5 % of the way to the last one&apos;s.</source>
        <translation>Konvergiert: die erste Epoche, deren mittlerem Loss höchstens 5 % des Weges bis zur letzten fehlen.</translation>
    </message>
    <message>
        <source>Where the loss flattened</source>
        <translation>Wo der Loss flach wurde</translation>
    </message>
    <message>
        <source>Written, read back and asked</source>
        <translation>Geschrieben und zurückgelesen</translation>
    </message>
    <message>
        <source>Trainable parameters</source>
        <translation>Trainierbare Parameter</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Writing and reading back</source>
        <translation>Schreiben und Zurücklesen</translation>
    </message>
    <message>
        <source>Converged at step</source>
        <translation>Konvergiert bei Schritt</translation>
    </message>
    <message>
        <source>of</source>
        <translation>von</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Byte</translation>
    </message>
    <message>
        <source>Prompts asked again</source>
        <translation>Erneut gefragte Prompts</translation>
    </message>
    <message>
        <source>Largest change of a probability</source>
        <translation>Größte Änderung einer Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Answers that flipped</source>
        <translation>Gekippte Antworten</translation>
    </message>
    <message>
        <source>New sentences (should have been learned)</source>
        <translation>Neue Sätze (sollten gelernt werden)</translation>
    </message>
    <message>
        <source>Old sentences (should have stayed)</source>
        <translation>Alte Sätze (sollten bleiben)</translation>
    </message>
    <message>
        <source>What stayed, by the model&apos;s width</source>
        <translation>Was blieb, nach Breite des Modells</translation>
    </message>
    <message>
        <source>Efficacy: questions of the five corrected phrasings that are answered with euro.</source>
        <translation>Wirksamkeit: Fragen der fünf korrigierten Formulierungen, die mit euro beantwortet werden.</translation>
    </message>
    <message>
        <source>Generality: the same fact in phrasings that were not trained.</source>
        <translation>Generalisierung: derselbe Fakt in Formulierungen, die nicht trainiert wurden.</translation>
    </message>
    <message>
        <source>Locality: other currencies and all capitals that are still answered rightly.</source>
        <translation>Lokalität: andere Währungen und alle Hauptstädte, die noch richtig beantwortet werden.</translation>
    </message>
    <message>
        <source>Protected runs train embeddings and head too.</source>
        <translation>Geschützte Läufe trainieren auch Embeddings und Head.</translation>
    </message>
    <message>
        <source>All run for the same number of epochs; stopped at equal success, ranks and layers differ much less.</source>
        <translation>Alle laufen gleich viele Epochen; bei gleichem Erfolg angehalten, unterscheiden sich Ranks und Schichten viel weniger.</translation>
    </message>
    <message>
        <source>The bases, taught from scratch</source>
        <translation>Die Basen, von Grund auf trainiert</translation>
    </message>
    <message>
        <source>How well the correction went</source>
        <translation>Wie gut die Korrektur gelang</translation>
    </message>
    <message>
        <source>What stayed, by kind of question</source>
        <translation>Was blieb, nach Art der Frage</translation>
    </message>
    <message>
        <source>What stayed, by rank</source>
        <translation>Was blieb, nach Rank</translation>
    </message>
    <message>
        <source>rank r</source>
        <translation>Rank r</translation>
    </message>
    <message>
        <source>locality</source>
        <translation>Lokalität</translation>
    </message>
    <message>
        <source>width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Fakten</translation>
    </message>
    <message>
        <source>Known before</source>
        <translation>Vorher gewusst</translation>
    </message>
    <message>
        <source>Efficacy</source>
        <translation>Wirksamkeit</translation>
    </message>
    <message>
        <source>Generality</source>
        <translation>Generalisierung</translation>
    </message>
    <message>
        <source>Locality</source>
        <translation>Lokalität</translation>
    </message>
    <message>
        <source>Harmonic mean</source>
        <translation>Harmonisches Mittel</translation>
    </message>
    <message>
        <source>Forgetting</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Training the base</source>
        <translation>Die Basis wird trainiert</translation>
    </message>
    <message>
        <source>Each method has its default settings and its usual learning rate; more tuning would move the points.</source>
        <translation>Jede Methode hat ihre Voreinstellungen und ihre übliche Learning Rate; mehr Feinabstimmung würde die Punkte verschieben.</translation>
    </message>
    <message>
        <source>wald is new to the base: methods that train neither embeddings nor head can hardly say it.</source>
        <translation>wald ist neu für die Basis: Methoden, die weder Embeddings noch Head trainieren, können es kaum sagen.</translation>
    </message>
    <message>
        <source>Representation engineering compares the corrected sentences with those that they contradict.</source>
        <translation>Representation Engineering vergleicht die korrigierten Sätze mit denen, denen sie widersprechen.</translation>
    </message>
    <message>
        <source>All methods</source>
        <translation>Alle Methoden</translation>
    </message>
    <message>
        <source>Learned against forgotten</source>
        <translation>Gelernt gegen vergessen</translation>
    </message>
    <message>
        <source>forgetting (KL from the base)</source>
        <translation>Vergessen (KL zur Basis)</translation>
    </message>
    <message>
        <source>target probability</source>
        <translation>Zielwahrscheinlichkeit</translation>
    </message>
    <message>
        <source>trainable parameters</source>
        <translation>trainierbare Parameter</translation>
    </message>
    <message>
        <source>Learned against time</source>
        <translation>Gelernt gegen Zeit</translation>
    </message>
    <message>
        <source>duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Target probability</source>
        <translation>Zielwahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Top-1 kept</source>
        <translation>Top-1 geblieben</translation>
    </message>
    <message>
        <source>Final loss</source>
        <translation>Letzter Loss</translation>
    </message>
    <message>
        <source>Methods on your own data</source>
        <translation>Methoden auf eigenen Daten</translation>
    </message>
    <message>
        <source>How well facts were corrected</source>
        <translation>Wie gut Fakten korrigiert wurden</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>What each variant cost and forgot</source>
        <translation>Was jede Variante kostete und vergaß</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Loss</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>loss per token</source>
        <translation>Loss pro Token</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>train embeddings</source>
        <translation>Embeddings trainieren</translation>
    </message>
    <message>
        <source>train head</source>
        <translation>Head trainieren</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>Rank</translation>
    </message>
    <message>
        <source>alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>rank stabilised</source>
        <translation>Rank-stabilisiert</translation>
    </message>
    <message>
        <source>dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>targets</source>
        <translation>Zielschichten</translation>
    </message>
    <message>
        <source>ranks</source>
        <translation>Ranks</translation>
    </message>
    <message>
        <source>alphas</source>
        <translation>Alphas</translation>
    </message>
    <message>
        <source>start from</source>
        <translation>beginnen mit</translation>
    </message>
    <message>
        <source>ratio</source>
        <translation>Verhältnis</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>reparametrise</source>
        <translation>Reparametrisieren</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>Hidden Size</translation>
    </message>
    <message>
        <source>start</source>
        <translation>beginnen mit</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>adapter bits</source>
        <translation>Adapter-Bits</translation>
    </message>
    <message>
        <source>direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>nach Block</translation>
    </message>
    <message>
        <source>action</source>
        <translation>Verwendung</translation>
    </message>
    <message>
        <source>coefficient</source>
        <translation>Koeffizient</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>top p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>top k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>anhalten bei</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>batch size</source>
        <translation>Batch-Größe</translation>
    </message>
    <message>
        <source>sequence length</source>
        <translation>Sequenzlänge</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Learning Rate</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>probe every</source>
        <translation>messen alle</translation>
    </message>
    <message>
        <source>snapshots</source>
        <translation>Zwischenstände</translation>
    </message>
    <message>
        <source>arrangement</source>
        <translation>Anordnung</translation>
    </message>
    <message>
        <source>new tokens</source>
        <translation>neue Tokens</translation>
    </message>
    <message>
        <source>completion only</source>
        <translation>nur Antworten</translation>
    </message>
    <message>
        <source>bucketing</source>
        <translation>nach Länge</translation>
    </message>
    <message>
        <source>accumulation</source>
        <translation>Gradienten sammeln</translation>
    </message>
    <message>
        <source>checkpointing</source>
        <translation>neu berechnen</translation>
    </message>
    <message>
        <source>schedule</source>
        <translation>LR-Verlauf</translation>
    </message>
    <message>
        <source>warmup</source>
        <translation>Anlauf</translation>
    </message>
    <message>
        <source>weight decay</source>
        <translation>Gewichtsverfall</translation>
    </message>
    <message>
        <source>clipping</source>
        <translation>Begrenzung</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>Validierung</translation>
    </message>
    <message>
        <source>patience</source>
        <translation>Geduld</translation>
    </message>
    <message>
        <source>keep best</source>
        <translation>besten behalten</translation>
    </message>
    <message>
        <source>snapshot minutes</source>
        <translation>Minuten je Stand</translation>
    </message>
    <message>
        <source>compilation</source>
        <translation>Kompilierung</translation>
    </message>
    <message>
        <source>enabled</source>
        <translation>eingeschaltet</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>generated</source>
        <translation>eigene Sätze</translation>
    </message>
    <message>
        <source>neighbours</source>
        <translation>Variationen</translation>
    </message>
    <message>
        <source>phrasings follow</source>
        <translation>andere Formulierungen folgen</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>base</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>datasets</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>protection</source>
        <translation>Schutz</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>bewahrt</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>probes</source>
        <translation>Proben</translation>
    </message>
    <message>
        <source>Methods side by side on &amp;this data…</source>
        <translation>Methoden nebeneinander auf &amp;diesen Daten…</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>Another window has this workspace; nothing can be trained here.</source>
        <translation>Ein anderes Fenster hat diesen Arbeitsordner; hier lässt sich nichts trainieren.</translation>
    </message>
    <message>
        <source>Runs the ticked datasets with several methods, one after the other, and compares them.</source>
        <translation>Trainiert die angehakten Datensätze mit mehreren Methoden, eine nach der anderen, und vergleicht sie.</translation>
    </message>
</context>
<context>
    <name>FindField</name>
    <message>
        <source>Find in the rows</source>
        <translation>In den Zeilen suchen</translation>
    </message>
    <message>
        <source>Show only matching rows</source>
        <translation>Nur passende Zeilen zeigen</translation>
    </message>
    <message>
        <source>No row contains this</source>
        <translation>Keine Zeile enthält das</translation>
    </message>
</context>
<context>
    <name>FirstBatchWindow</name>
    <message>
        <source>First batch of the next run</source>
        <translation>Erster Batch des nächsten Laufs</translation>
    </message>
    <message>
        <source>Reading the rows …</source>
        <translation>Die Zeilen werden gelesen …</translation>
    </message>
    <message>
        <source>1 window</source>
        <translation>1 Fenster</translation>
    </message>
    <message>
        <source>{count} windows</source>
        <translation>{count} Fenster</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message>
        <source>{count} tokens</source>
        <translation>{count} Token</translation>
    </message>
    <message>
        <source>{count} of them learned</source>
        <translation>{count} davon gelernt</translation>
    </message>
    <message>
        <source>1 batch in a pass</source>
        <translation>1 Batch pro Durchlauf</translation>
    </message>
    <message>
        <source>{count} batches in a pass</source>
        <translation>{count} Batches pro Durchlauf</translation>
    </message>
    <message>
        <source>chats are written with the model&apos;s own template</source>
        <translation>Chats werden mit der Vorlage des Modells geschrieben</translation>
    </message>
    <message>
        <source>prompts and completions are written one below the other</source>
        <translation>Prompts und Antworten werden untereinander geschrieben</translation>
    </message>
    <message>
        <source>rows too long, so that their end is cut off: {count}</source>
        <translation>zu lange Zeilen, deren Ende abgeschnitten wird: {count}</translation>
    </message>
    <message>
        <source>rows left out, because nothing in them is learned: {count}</source>
        <translation>ausgelassene Zeilen, in denen nichts gelernt wird: {count}</translation>
    </message>
    <message>
        <source>chats learned whole, because their answers cannot be told apart: {count}</source>
        <translation>ganz gelernte Chats, deren Antworten nicht zu unterscheiden sind: {count}</translation>
    </message>
</context>
<context>
    <name>FoundPage</name>
    <message>
        <source>&amp;Download</source>
        <translation>&amp;Herunterladen</translation>
    </message>
    <message>
        <source>To download</source>
        <translation>Zu laden</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>ungenannt</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlenart</translation>
    </message>
    <message>
        <source>Goes to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Free there</source>
        <translation>Dort frei</translation>
    </message>
    <message>
        <source>Its owner gives it only to those who are logged in and have accepted its licence in a browser.</source>
        <translation>Der Eigentümer gibt es nur denen, die angemeldet sind und im Browser die Lizenz angenommen haben.</translation>
    </message>
    <message>
        <source>{size} in {count} files</source>
        <translation>{size} in {count} Dateien</translation>
    </message>
</context>
<context>
    <name>GroupsLine</name>
    <message>
        <source>Swap</source>
        <translation>Tauschen</translation>
    </message>
    <message>
        <source>Swap the two groups</source>
        <translation>Die beiden Gruppen tauschen</translation>
    </message>
    <message>
        <source>Moves the other way: towards the second, away from the first</source>
        <translation>Bewegt in die Gegenrichtung: zur zweiten hin, von der ersten weg</translation>
    </message>
    <message>
        <source>Towards {first}, away from {second}.</source>
        <translation>Hin zu {first}, weg von {second}.</translation>
    </message>
    <message>
        <source>Tick two groups of prompts: the first to move towards, the second to move away from.</source>
        <translation>Zwei Gruppen von Prompts anhaken: zur ersten geht es hin, von der zweiten weg.</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Find a key or what it does</source>
        <translation>Eine Taste oder ihre Wirkung suchen</translation>
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
        <source>Anywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Close the message in the window</source>
        <translation>Meldung im Fenster schließen</translation>
    </message>
    <message>
        <source>What is this?</source>
        <translation>Was ist das?</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>Data panel</source>
        <translation>Bereich „Daten“</translation>
    </message>
    <message>
        <source>Add a row</source>
        <translation>Zeile hinzufügen</translation>
    </message>
    <message>
        <source>Delete the chosen rows, or the dataset</source>
        <translation>Gewählte Zeilen oder den Datensatz löschen</translation>
    </message>
    <message>
        <source>Edit a row, or rename the dataset</source>
        <translation>Zeile bearbeiten oder Datensatz umbenennen</translation>
    </message>
    <message>
        <source>Move the chosen rows</source>
        <translation>Gewählte Zeilen verschieben</translation>
    </message>
    <message>
        <source>Find in the rows</source>
        <translation>In den Zeilen suchen</translation>
    </message>
    <message>
        <source>Cut, copy and paste rows</source>
        <translation>Zeilen ausschneiden, kopieren, einfügen</translation>
    </message>
    <message>
        <source>Keep the chosen rows, or hold them out</source>
        <translation>Gewählte Zeilen bewahren oder zurückhalten</translation>
    </message>
    <message>
        <source>Show only matching rows</source>
        <translation>Nur passende Zeilen zeigen</translation>
    </message>
    <message>
        <source>Probe panel</source>
        <translation>Bereich „Probe“</translation>
    </message>
    <message>
        <source>Pin the prompt</source>
        <translation>Prompt anheften</translation>
    </message>
    <message>
        <source>Pin the prompt with its wanted token</source>
        <translation>Prompt mit gewünschtem Token anheften</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Go from answer to answer</source>
        <translation>Von Antwort zu Antwort gehen</translation>
    </message>
    <message>
        <source>Go on with the token</source>
        <translation>Mit dem Token weiterschreiben</translation>
    </message>
    <message>
        <source>Set the token as wanted</source>
        <translation>Das Token als gewünscht setzen</translation>
    </message>
    <message>
        <source>Copy the answers as text</source>
        <translation>Die Antworten als Text kopieren</translation>
    </message>
    <message>
        <source>Pinned prompts</source>
        <translation>Angeheftete Prompts</translation>
    </message>
    <message>
        <source>Ask the prompt</source>
        <translation>Den Prompt fragen</translation>
    </message>
    <message>
        <source>Move the prompt up or down</source>
        <translation>Den Prompt nach oben oder unten schieben</translation>
    </message>
    <message>
        <source>Unpin the prompt</source>
        <translation>Den Prompt lösen</translation>
    </message>
    <message>
        <source>Training panel</source>
        <translation>Bereich „Training“</translation>
    </message>
    <message>
        <source>With the focus on the slider: the state before or after</source>
        <translation>Mit dem Fokus auf dem Regler: der Stand davor oder danach</translation>
    </message>
    <message>
        <source>Variants panel</source>
        <translation>Bereich „Varianten“</translation>
    </message>
    <message>
        <source>Detach the chosen variant</source>
        <translation>Gewählte Variante abnehmen</translation>
    </message>
    <message>
        <source>Runs panel</source>
        <translation>Bereich „Läufe“</translation>
    </message>
    <message>
        <source>Put the chosen runs on the board</source>
        <translation>Gewählte Läufe neben die Basis stellen</translation>
    </message>
    <message>
        <source>Rename the chosen run</source>
        <translation>Gewählten Lauf umbenennen</translation>
    </message>
    <message>
        <source>Move the chosen runs to the bin</source>
        <translation>Gewählte Läufe in den Papierkorb legen</translation>
    </message>
    <message>
        <source>Filter the runs</source>
        <translation>Läufe filtern</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Move the waiting run up or down</source>
        <translation>Wartenden Lauf nach oben oder unten schieben</translation>
    </message>
    <message>
        <source>Try a failed run again</source>
        <translation>Gescheiterten Lauf noch einmal versuchen</translation>
    </message>
    <message>
        <source>Take the run out of the queue</source>
        <translation>Lauf aus der Warteschlange nehmen</translation>
    </message>
    <message>
        <source>Method panel</source>
        <translation>Bereich „Methode“</translation>
    </message>
    <message>
        <source>Explain the setting</source>
        <translation>Einstellung erklären</translation>
    </message>
    <message>
        <source>Step a number up or down</source>
        <translation>Zahl schrittweise erhöhen oder senken</translation>
    </message>
    <message>
        <source>Rename the chosen variant</source>
        <translation>Gewählte Variante umbenennen</translation>
    </message>
</context>
<context>
    <name>HelpButton</name>
    <message>
        <source>What “{title}” does (F1)</source>
        <translation>Was „{title}“ bewirkt (F1)</translation>
    </message>
</context>
<context>
    <name>HelpCard</name>
    <message>
        <source>Possible: {limits}</source>
        <translation>Möglich: {limits}</translation>
    </message>
    <message>
        <source>Default: {value}</source>
        <translation>Voreinstellung: {value}</translation>
    </message>
</context>
<context>
    <name>ImportWindow</name>
    <message>
        <source>Import {file}</source>
        <translation>{file} importieren</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Tell which columns hold what is to be learned.</source>
        <translation>Angeben, welche Spalten enthalten, was zu lernen ist.</translation>
    </message>
    <message>
        <source>The first rows</source>
        <translation>Die ersten Zeilen</translation>
    </message>
    <message>
        <source>Records without a row</source>
        <translation>Einträge ohne Zeile</translation>
    </message>
    <message>
        <source>{bad} of {all} records give no row. They are left out if you go on.</source>
        <translation>{bad} von {all} Einträgen ergeben keine Zeile. Beim Weitermachen bleiben sie weg.</translation>
    </message>
    <message>
        <source>1 of {all} records gives no row. It is left out if you go on.</source>
        <translation>1 von {all} Einträgen ergibt keine Zeile. Er wird sonst ausgelassen.</translation>
    </message>
    <message>
        <source>… and {count} more</source>
        <translation>… und {count} weitere</translation>
    </message>
    <message>
        <source>Import the others</source>
        <translation>Andere importieren</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>ist leer</translation>
    </message>
    <message>
        <source>it has no completion</source>
        <translation>hat keine Antwort</translation>
    </message>
    <message>
        <source>it is too long for a row</source>
        <translation>ist zu lang für eine Zeile</translation>
    </message>
    <message>
        <source>“{text}” is not a text</source>
        <translation>„{text}“ ist kein Text</translation>
    </message>
    <message>
        <source>it is not valid JSON</source>
        <translation>ist kein gültiges JSON</translation>
    </message>
    <message>
        <source>it has no “{text}”</source>
        <translation>hat kein „{text}“</translation>
    </message>
    <message>
        <source>“{text}” is no role that is known</source>
        <translation>„{text}“ ist keine bekannte Rolle</translation>
    </message>
    <message>
        <source>it holds half a character</source>
        <translation>enthält ein halbes Zeichen</translation>
    </message>
    <message>
        <source>Line {line}: {reason}</source>
        <translation>Zeile {line}: {reason}</translation>
    </message>
</context>
<context>
    <name>InfluenceList</name>
    <message>
        <source>Training rows by their influence</source>
        <translation>Trainingszeilen nach ihrem Einfluss</translation>
    </message>
    <message>
        <source>helped</source>
        <translation>hat geholfen</translation>
    </message>
    <message>
        <source>held back</source>
        <translation>hat gebremst</translation>
    </message>
    <message>
        <source>{row} ({dataset}): {effect}, {number} of 100</source>
        <translation>{row} ({dataset}): {effect}, {number} von 100</translation>
    </message>
</context>
<context>
    <name>InspectorPanel</name>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Train a variant, or load one, to ask which of its rows made this answer.</source>
        <translation>Eine Variante trainieren oder laden; dann lässt sich fragen, welche ihrer Zeilen diese Antwort bewirkt hat.</translation>
    </message>
    <message>
        <source>Click the loss curve: the batch of that step is shown here, with what each token cost.

Or choose “Which sentence did this?” at an answer: the training rows are ranked by what they did.</source>
        <translation>Klick auf die Loss-Kurve: der Batch dieses Schritts wird hier gezeigt, und was jedes Token kostete.

Oder bei einer Antwort „Welcher Satz hat das bewirkt?“ wählen: die Trainingszeilen werden nach ihrer Wirkung geordnet.</translation>
    </message>
    <message>
        <source>Variant whose rows are ranked</source>
        <translation>Variante, deren Zeilen geordnet werden</translation>
    </message>
    <message>
        <source>Rows judged</source>
        <translation>Beurteilte Zeilen</translation>
    </message>
    <message>
        <source>Cancel the ranking</source>
        <translation>Das Ordnen abbrechen</translation>
    </message>
    <message>
        <source>Which sentence made “{token}” follow “{prompt}”?</source>
        <translation>Welcher Satz hat bewirkt, dass „{token}“ auf „{prompt}“ folgt?</translation>
    </message>
    <message>
        <source>Comparing each row&apos;s gradient with the answer&apos;s …</source>
        <translation>Der Gradient jeder Zeile wird mit dem der Antwort verglichen …</translation>
    </message>
    <message>
        <source>Right: learning the row pushed the answer up. Left: it held it back.</source>
        <translation>Rechts: die Zeile zu lernen hat die Antwort gefördert. Links: es hat sie gebremst.</translation>
    </message>
    <message>
        <source>Only proportions count: plain gradient steps are assumed (TracIn).</source>
        <translation>Nur die Verhältnisse zählen: einfache Gradientenschritte sind angenommen (TracIn).</translation>
    </message>
    <message>
        <source>Long rows ({count}): not all of their windows, chosen evenly.</source>
        <translation>Lange Zeilen ({count}): nicht alle ihre Fenster, gleichmäßig ausgewählt.</translation>
    </message>
    <message>
        <source>Summed over {count} states of the training.</source>
        <translation>Summiert über {count} Stände des Trainings.</translation>
    </message>
    <message>
        <source>At the state that is shown; the training left no others.</source>
        <translation>Beim gezeigten Stand; das Training hat keine anderen hinterlassen.</translation>
    </message>
    <message>
        <source>{count} of {total} rows, chosen evenly.</source>
        <translation>{count} von {total} Zeilen, gleichmäßig ausgewählt.</translation>
    </message>
    <message>
        <source>Summed over {count} of {total} states of the training, chosen evenly.</source>
        <translation>Summiert über {count} von {total} Ständen des Trainings, gleichmäßig ausgewählt.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
</context>
<context>
    <name>KeptLine</name>
    <message>
        <source>The kept rows are being counted.</source>
        <translation>Die bewahrten Zeilen werden gezählt.</translation>
    </message>
    <message>
        <source>The shields in the data panel say which.</source>
        <translation>Die Schilde unter „Daten“ zeigen, welche.</translation>
    </message>
    <message>
        <source>Click a shield in the data panel to keep some.</source>
        <translation>Ein Klick auf ein Schild unter „Daten“ bewahrt welche.</translation>
    </message>
    <message>
        <source>1 is contradicted by the new rows</source>
        <translation>1 widerspricht den neuen Zeilen</translation>
    </message>
    <message>
        <source>{count} are contradicted by the new rows</source>
        <translation>{count} widersprechen den neuen Zeilen</translation>
    </message>
    <message>
        <source>1 is held out</source>
        <translation>1 ist zurückgehalten</translation>
    </message>
    <message>
        <source>{count} are held out</source>
        <translation>{count} sind zurückgehalten</translation>
    </message>
    <message>
        <source>No rows are kept</source>
        <translation>Keine Zeilen werden bewahrt</translation>
    </message>
    <message>
        <source>{count} datasets</source>
        <translation>{count} Datensätzen</translation>
    </message>
    <message>
        <source>1 row of {names} is kept</source>
        <translation>1 Zeile aus {names} wird bewahrt</translation>
    </message>
    <message>
        <source>{count} rows of {names} are kept</source>
        <translation>{count} Zeilen aus {names} werden bewahrt</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
</context>
<context>
    <name>LocalPage</name>
    <message>
        <source>Where the model works</source>
        <translation>Wo das Modell rechnet</translation>
    </message>
    <message>
        <source>In which numbers its weights are kept</source>
        <translation>In welchen Zahlen seine Gewichte gehalten werden</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>&amp;Zahlenart</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>&amp;Öffnen</translation>
    </message>
    <message>
        <source>&amp;Close model</source>
        <translation>Modell &amp;schließen</translation>
    </message>
    <message>
        <source>Gives its memory back; MiniGPT takes its place</source>
        <translation>Gibt seinen Speicher zurück; MiniGPT tritt an seine Stelle</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Im &amp;Ordner zeigen</translation>
    </message>
    <message>
        <source>Comes with the program</source>
        <translation>Liegt dem Programm bei</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>Auf der Platte</translation>
    </message>
    <message>
        <source>Kept as</source>
        <translation>Gehalten als</translation>
    </message>
    <message>
        <source>Here that means {device}, {numbers}: {size} of weights; {free} are free.</source>
        <translation>Hier heißt das {device}, {numbers}: {size} Gewichte; {free} sind frei.</translation>
    </message>
    <message>
        <source>That is too little; fewer bits for each number need less.</source>
        <translation>Das ist zu wenig; weniger Bits pro Zahl brauchen weniger.</translation>
    </message>
    <message>
        <source>There is little room to work in.</source>
        <translation>Zum Arbeiten bleibt wenig Platz.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>NF4, 4 bits</source>
        <translation>NF4, 4 Bit</translation>
    </message>
</context>
<context>
    <name>LookUpField</name>
    <message>
        <source>Download by name, such as Qwen/Qwen3-0.6B</source>
        <translation>Beim Namen herunterladen, etwa Qwen/Qwen3-0.6B</translation>
    </message>
    <message>
        <source>Name of a model on the hub, or the address of its page</source>
        <translation>Name eines Modells auf dem Hub, oder die Adresse seiner Seite</translation>
    </message>
    <message>
        <source>&amp;Look up</source>
        <translation>&amp;Nachsehen</translation>
    </message>
    <message>
        <source>Nothing is sent before that; then {host} is asked for this model, with your login if there is one.</source>
        <translation>Vorher wird nichts gesendet; dann wird {host} nach diesem Modell gefragt, mit der Anmeldung, falls es eine gibt.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set: nothing is sent to {host}.</source>
        <translation>HF_HUB_OFFLINE ist gesetzt: an {host} wird nichts gesendet.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Fragt an…</translation>
    </message>
</context>
<context>
    <name>LossScale</name>
    <message>
        <source>{loss} nats: guessing</source>
        <translation>{loss} nats: geraten</translation>
    </message>
    <message>
        <source>0: certain</source>
        <translation>0: sicher</translation>
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
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Mixer</source>
        <translation>Mischpult</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiterschreiben</translation>
    </message>
    <message>
        <source>Name the folder of a new workspace</source>
        <translation>Den Ordner eines neuen Arbeitsordners benennen</translation>
    </message>
    <message>
        <source>New workspace</source>
        <translation>Neuer Arbeitsordner</translation>
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
    <name>MemoryView</name>
    <message>
        <source>Memory: {parts}</source>
        <translation>Speicher: {parts}</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>Gradienten</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>Optimizer</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Logits</translation>
    </message>
    <message>
        <source>As a run like this was measured here.</source>
        <translation>Wie ein solcher Lauf hier gemessen wurde.</translation>
    </message>
    <message>
        <source>It would not fit: {size} are missing.</source>
        <translation>Es würde nicht passen: {size} fehlen.</translation>
    </message>
    <message>
        <source>{change}: −{size}</source>
        <translation>{change}: −{size}</translation>
    </message>
    <message>
        <source>Changes the setting; it can be undone.</source>
        <translation>Ändert die Einstellung; das lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Batches of {batch}, {accumulation} for each update</source>
        <translation>Batches zu {batch}, {accumulation} je Schritt</translation>
    </message>
    <message>
        <source>At most {length} tokens a row</source>
        <translation>Höchstens {length} Token je Zeile</translation>
    </message>
    <message>
        <source>Recompute activations</source>
        <translation>Aktivierungen neu berechnen</translation>
    </message>
    <message>
        <source>LoRA instead</source>
        <translation>Stattdessen LoRA</translation>
    </message>
    <message>
        <source>QLoRA instead, in 4 bits</source>
        <translation>Stattdessen QLoRA, in 4 Bit</translation>
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
        <source>E&amp;xperiments</source>
        <translation>E&amp;xperimente</translation>
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
        <source>New wor&amp;kspace…</source>
        <translation>Neuer A&amp;rbeitsordner…</translation>
    </message>
    <message>
        <source>Open &amp;workspace…</source>
        <translation>Arbeits&amp;ordner öffnen…</translation>
    </message>
    <message>
        <source>&amp;Recent workspaces</source>
        <translation>Letzte &amp;Arbeitsordner</translation>
    </message>
    <message>
        <source>No other workspace has been opened yet.</source>
        <translation>Noch kein anderer Arbeitsordner wurde geöffnet.</translation>
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
        <source>There is nothing to undo.</source>
        <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>Es gibt nichts zu wiederholen.</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>First &amp;batch…</source>
        <translation>Erster &amp;Batch…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>&amp;Bereiche</translation>
    </message>
    <message>
        <source>&amp;Go to</source>
        <translation>&amp;Gehe zu</translation>
    </message>
    <message>
        <source>Ne&amp;xt panel</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>Pre&amp;vious panel</source>
        <translation>&amp;Voriger Bereich</translation>
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
        <source>&amp;Find a command…</source>
        <translation>Befehl &amp;suchen…</translation>
    </message>
    <message>
        <source>Take the &amp;tour</source>
        <translation>&amp;Rundgang starten</translation>
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
        <source>No training: only forward passes.</source>
        <translation>Kein Training: nur Vorwärtsdurchläufe.</translation>
    </message>
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
        <source>save memory</source>
        <translation>Speicher sparen</translation>
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
    <name>MixChoice</name>
    <message>
        <source>Variants to mix</source>
        <translation>Varianten zum Mischen</translation>
    </message>
    <message>
        <source>Make a mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Two or more adapters on the board can be mixed: each gets a strength from −1 to 2, the answer follows at once, and the mix can be saved as one adapter.</source>
        <translation>Zwei oder mehr Adapter neben der Basis lassen sich mischen: jeder erhält eine Stärke von −1 bis 2, die Antwort folgt sofort, und die Mischung lässt sich als ein Adapter speichern.</translation>
    </message>
    <message>
        <source>Train or load another adapter first.</source>
        <translation>Zuerst einen weiteren Adapter trainieren oder laden.</translation>
    </message>
    <message>
        <source>Tick two or more variants.</source>
        <translation>Zwei oder mehr Varianten anhaken.</translation>
    </message>
</context>
<context>
    <name>MixRow</name>
    <message>
        <source>M</source>
        <translation>M</translation>
    </message>
    <message>
        <source>Mute: as if it were at 0</source>
        <translation>Mute (stumm): als stünde er auf 0</translation>
    </message>
    <message>
        <source>S</source>
        <translation>S</translation>
    </message>
    <message>
        <source>Solo: all others as if they were at 0</source>
        <translation>Solo: als stünden alle anderen auf 0</translation>
    </message>
    <message>
        <source>Strength of {name}</source>
        <translation>Stärke von {name}</translation>
    </message>
    <message>
        <source>Strength of {name} as a number</source>
        <translation>Stärke von {name} als Zahl</translation>
    </message>
    <message>
        <source>Mute {name}</source>
        <translation>{name} stumm schalten</translation>
    </message>
    <message>
        <source>Solo {name}</source>
        <translation>{name} solo schalten</translation>
    </message>
    <message>
        <source>no flip up to {highest}: stays {token}</source>
        <translation>kippt bis {highest} nicht: bleibt {token}</translation>
    </message>
    <message>
        <source>The mark shows the smallest strength of this part at which the first answer is another than without it, while the others stay as they are. It is looked for in steps of {step}.</source>
        <translation>Die Marke zeigt die kleinste Stärke dieses Teils, bei der die erste Antwort eine andere ist als ohne ihn, während die anderen bleiben, wie sie sind. Gesucht wird in Schritten von {step}.</translation>
    </message>
    <message>
        <source>≥ {strength}: {token}</source>
        <translation>≥ {strength}: {token}</translation>
    </message>
    <message>
        <source>From {lowest} to {highest}.</source>
        <translation>Von {lowest} bis {highest}.</translation>
    </message>
    <message>
        <source>0 is without it, 1 as it was learned.</source>
        <translation>0 ist ohne ihn, 1 wie gelernt.</translation>
    </message>
</context>
<context>
    <name>MixSaving</name>
    <message>
        <source>Rank</source>
        <translation>Rank</translation>
    </message>
    <message>
        <source>Save in a folder…</source>
        <translation>In Ordner speichern…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>From 1 to {most}.</source>
        <translation>Von 1 bis {most}.</translation>
    </message>
    <message>
        <source>Exact: {rank}</source>
        <translation>Exakt: {rank}</translation>
    </message>
    <message>
        <source>Rank {rank}, which is exact</source>
        <translation>Rank {rank}, der exakt ist</translation>
    </message>
    <message>
        <source>exact up to rounding</source>
        <translation>exakt bis auf Rundung</translation>
    </message>
    <message>
        <source>The mix is the base: there is nothing to save.</source>
        <translation>Die Mischung ist die Basis: Es gibt nichts zu speichern.</translation>
    </message>
    <message>
        <source>error {percent} %</source>
        <translation>Fehler {percent} %</translation>
    </message>
    <message>
        <source>The mix changes biases or layer norms, which a LoRA adapter has no place for. They are left out and count as an error.</source>
        <translation>Die Mischung ändert Biases oder Layer Norms; dafür hat ein LoRA-Adapter keinen Platz. Sie bleiben weg und zählen als Fehler.</translation>
    </message>
    <message>
        <source>Its layers are changed in more directions than the largest rank has.</source>
        <translation>Die Schichten sind in mehr Richtungen geändert, als der größte Rank hat.</translation>
    </message>
    <message>
        <source>&amp;Rank</source>
        <translation>&amp;Rank</translation>
    </message>
</context>
<context>
    <name>Mixer</name>
    <message>
        <source>change a strength</source>
        <translation>Stärke ändern</translation>
    </message>
    <message>
        <source>mute a part</source>
        <translation>Teil stumm schalten</translation>
    </message>
    <message>
        <source>solo a part</source>
        <translation>Teil solo schalten</translation>
    </message>
</context>
<context>
    <name>MixerPanel</name>
    <message>
        <source>Mixer</source>
        <translation>Mischpult</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>New mix…</source>
        <translation>Neue Mischung…</translation>
    </message>
    <message>
        <source>Answers of the mix</source>
        <translation>Antworten der Mischung</translation>
    </message>
    <message>
        <source>Find where it flips</source>
        <translation>Suchen, wo es kippt</translation>
    </message>
    <message>
        <source>On so large a base this takes a while. The next turn of a fader ends it.</source>
        <translation>Bei einer so großen Basis dauert das. Die nächste Bewegung eines Reglers beendet es.</translation>
    </message>
    <message>
        <source>Lasts until the program is closed; save it as an adapter to keep it.</source>
        <translation>Bleibt, bis das Programm geschlossen wird; als Adapter speichern, um sie zu behalten.</translation>
    </message>
    <message>
        <source>A part of it is stored nowhere as it went in, so it could not be mixed again.</source>
        <translation>Ein Teil ist nirgends so gespeichert, wie er hineinkam; sie ließe sich nicht wieder mischen.</translation>
    </message>
    <message>
        <source>Save the mix as one adapter…</source>
        <translation>Mischung als einen Adapter speichern…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Takes the mix off the board; its parts stay</source>
        <translation>Nimmt die Mischung ab; ihre Teile bleiben</translation>
    </message>
    <message>
        <source>Save the mix as a new folder</source>
        <translation>Mischung als neuen Ordner speichern</translation>
    </message>
    <message>
        <source>after “{prompt}”</source>
        <translation>nach „{prompt}“</translation>
    </message>
</context>
<context>
    <name>ModelBrowser</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Choose a model on the left, or type the name of one to download.</source>
        <translation>Links ein Modell wählen, oder den Namen eines Modells zum Herunterladen tippen.</translation>
    </message>
    <message>
        <source>Open &amp;model folder…</source>
        <translation>&amp;Modellordner öffnen…</translation>
    </message>
    <message>
        <source>Look &amp;again</source>
        <translation>Neu s&amp;uchen</translation>
    </message>
    <message>
        <source>Close &amp;window</source>
        <translation>Fenster sch&amp;ließen</translation>
    </message>
    <message>
        <source>No other model is here yet. Type the name of one above, or open a folder.</source>
        <translation>Noch kein anderes Modell. Oben einen Namen tippen, oder einen Ordner öffnen.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Sucht…</translation>
    </message>
    <message>
        <source>&amp;Open again</source>
        <translation>Neu &amp;öffnen</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>&amp;Öffnen</translation>
    </message>
    <message>
        <source>It is open.</source>
        <translation>Es ist geöffnet.</translation>
    </message>
    <message>
        <source>A model is being opened.</source>
        <translation>Ein Modell wird gerade geöffnet.</translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation>Ein Lauf ist im Gange.</translation>
    </message>
    <message>
        <source>Another window has this workspace, so nothing can be downloaded here.</source>
        <translation>Ein anderes Fenster hat diesen Arbeitsordner, darum lässt sich hier nichts herunterladen.</translation>
    </message>
    <message>
        <source>It is in the workspace already.</source>
        <translation>Es ist schon im Arbeitsordner.</translation>
    </message>
    <message>
        <source>The disk has too little room for it.</source>
        <translation>Die Platte hat zu wenig Platz dafür.</translation>
    </message>
    <message>
        <source>Remove the download</source>
        <translation>Download entfernen</translation>
    </message>
    <message>
        <source>The part that has arrived can be kept, to go on with it later.</source>
        <translation>Der angekommene Teil kann bleiben, um später damit weiterzumachen.</translation>
    </message>
    <message>
        <source>&amp;Keep it</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Remove it</source>
        <translation>&amp;Entfernen</translation>
    </message>
</context>
<context>
    <name>ModelList</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlenart</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Hier</translation>
    </message>
</context>
<context>
    <name>ModelRows</name>
    <message>
        <source>Open now</source>
        <translation>Gerade offen</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Seen before</source>
        <translation>Früher gesehen</translation>
    </message>
    <message>
        <source>In this workspace</source>
        <translation>In diesem Arbeitsordner</translation>
    </message>
    <message>
        <source>Hub cache</source>
        <translation>Hub-Cache</translation>
    </message>
    <message>
        <source>on {device}</source>
        <translation>auf {device}</translation>
    </message>
    <message>
        <source>not usable</source>
        <translation>unbrauchbar</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>just fits</source>
        <translation>passt knapp</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>zu groß</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Do what the message offers</source>
        <translation>Tun, was die Meldung anbietet</translation>
    </message>
    <message>
        <source>Do what the message offers instead</source>
        <translation>Tun, was die Meldung stattdessen anbietet</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>Deta&amp;ils</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Details of the message</source>
        <translation>Details der Meldung</translation>
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
    <name>OpeningLine</name>
    <message>
        <source>Progress of the opening</source>
        <translation>Fortschritt des Öffnens</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop opening this model; the one that was open stays</source>
        <translation>Dieses Modell nicht weiter öffnen; das bisher geöffnete bleibt</translation>
    </message>
    <message>
        <source>Cancel the opening of the model</source>
        <translation>Das Öffnen des Modells abbrechen</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen…</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>Opening {name}: {what}, {amount}</source>
        <translation>{name} wird geöffnet: {what}, {amount}</translation>
    </message>
</context>
<context>
    <name>OrderChoice</name>
    <message>
        <source>Wanted ones first</source>
        <translation>Gewünschte zuerst</translation>
    </message>
    <message>
        <source>By how much moved</source>
        <translation>Nach Verschiebung</translation>
    </message>
    <message>
        <source>As pinned</source>
        <translation>Wie angeheftet</translation>
    </message>
    <message>
        <source>By how much moved: the largest total variation of a variant from the base. That is half the sum of the changes of all tokens, where those that no variant has in its top 5 count as one. Drag a row, or press Alt+Up and Alt+Down on it, to put the prompts into an order of your own.</source>
        <translation>Nach Verschiebung: die größte totale Variation einer Variante gegenüber der Basis. Das ist die halbe Summe der Änderungen aller Token; die, die keine Variante unter ihren ersten 5 hat, zählen als eines. Eine Zeile ziehen, oder auf ihr Alt+Hoch und Alt+Herunter drücken, bringt die Prompts in eine eigene Reihenfolge.</translation>
    </message>
    <message>
        <source>Order of the pinned prompts: {order}</source>
        <translation>Reihenfolge der angehefteten Prompts: {order}</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Not possible now.</source>
        <translation>Jetzt nicht möglich.</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>It ended before there was an adapter.</source>
        <translation>Er endete, bevor es einen Adapter gab.</translation>
    </message>
    <message>
        <source>It stands on the board already.</source>
        <translation>Er steht schon neben der Basis.</translation>
    </message>
    <message>
        <source>Go to dataset {name}</source>
        <translation>Zum Datensatz {name} gehen</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Use the preset {name}</source>
        <translation>Vorlage {name} nehmen</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Use the method {name}</source>
        <translation>Methode {name} nehmen</translation>
    </message>
    <message>
        <source>Put on board: {name}</source>
        <translation>Neben die Basis stellen: {name}</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
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
        <source>missed: {variants}</source>
        <translation>verfehlt: {variants}</translation>
    </message>
    <message>
        <source>reached: {token}</source>
        <translation>erreicht: {token}</translation>
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
        <source>missed</source>
        <translation>verfehlt</translation>
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
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
    <message>
        <source>moved by {change} pp: {variant}</source>
        <translation>um {change} pp verschoben: {variant}</translation>
    </message>
    <message>
        <source>side effect</source>
        <translation>Nebenwirkung</translation>
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
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
</context>
<context>
    <name>PlanBox</name>
    <message>
        <source>With embeddings and head</source>
        <translation>Mit Embeddings, Head</translation>
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
        <source>Trainable by the method</source>
        <translation>Trainierbar (Methode)</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>Auf der Platte</translation>
    </message>
    <message>
        <source>Memory at its peak</source>
        <translation>Speicherspitze</translation>
    </message>
    <message>
        <source>Prompts to read</source>
        <translation>Zu lesende Prompts</translation>
    </message>
    <message>
        <source>Share of {total} parameters</source>
        <translation>Von {total} Parametern</translation>
    </message>
    <message>
        <source>Neither embeddings nor head train, so these words can hardly be learned.</source>
        <translation>Weder Embeddings noch Head werden trainiert; diese Wörter lassen sich so kaum lernen.</translation>
    </message>
    <message>
        <source>Share of all parameters</source>
        <translation>Von allen Parametern</translation>
    </message>
    <message>
        <source>{peak} of {there}</source>
        <translation>{peak} von {there}</translation>
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
        <source>Loading the model…</source>
        <translation>Das Modell wird geladen…</translation>
    </message>
    <message>
        <source>Type the beginning of a sentence: the model says what comes next.</source>
        <translation>Den Anfang eines Satzes tippen: das Modell sagt, was folgt.</translation>
    </message>
    <message>
        <source>The prompt has {words} words; {model} reads {limit} tokens at once.</source>
        <translation>Der Prompt hat {words} Wörter; {model} liest {limit} Token auf einmal.</translation>
    </message>
</context>
<context>
    <name>ProgressPage</name>
    <message>
        <source>Progress of the experiment</source>
        <translation>Fortschritt des Experiments</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the experiment</source>
        <translation>Das Experiment abbrechen</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen…</translation>
    </message>
    <message>
        <source>The experiment ended without a result.</source>
        <translation>Das Experiment endete ohne Ergebnis.</translation>
    </message>
    <message>
        <source>{time} elapsed</source>
        <translation>{time} vergangen</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>Prompt</name>
    <message>
        <source>{model} reads words; how many spaces part them makes no difference.</source>
        <translation>{model} liest Wörter; wie viele Leerzeichen sie trennen, macht keinen Unterschied.</translation>
    </message>
    <message>
        <source>The space at the end changes nothing.</source>
        <translation>Das Leerzeichen am Ende ändert nichts.</translation>
    </message>
    <message>
        <source>Several spaces count as one.</source>
        <translation>Mehrere Leerzeichen zählen als eines.</translation>
    </message>
    <message>
        <source>The extra spaces change nothing.</source>
        <translation>Die zusätzlichen Leerzeichen ändern nichts.</translation>
    </message>
    <message>
        <source>The space at the end is read, too: other answers follow it.</source>
        <translation>Auch das Leerzeichen am Ende wird gelesen: auf dieses folgen andere Antworten.</translation>
    </message>
    <message>
        <source>Most tokens of this model begin with their space. After a space that stands alone, it expects something else than after the word before it.</source>
        <translation>Die meisten Token dieses Modells beginnen mit ihrem Leerzeichen. Nach einem Leerzeichen, das allein steht, erwartet es etwas anderes als nach dem Wort davor.</translation>
    </message>
    <message>
        <source>Every space is read: several are not the same as one.</source>
        <translation>Jedes Leerzeichen wird gelesen: mehrere sind nicht dasselbe wie eines.</translation>
    </message>
    <message>
        <source>This model has tokens for spaces, too.</source>
        <translation>Dieses Modell hat auch Token für Leerzeichen.</translation>
    </message>
</context>
<context>
    <name>PromptLine</name>
    <message>
        <source>Unpin this prompt</source>
        <translation>Diesen Prompt lösen</translation>
    </message>
    <message>
        <source>Pin this prompt (Ctrl+D)</source>
        <translation>Diesen Prompt anheften (Strg+D)</translation>
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
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>As a chat</source>
        <translation>Als Chat</translation>
    </message>
    <message>
        <source>Asks what the model answers when the prompt is a person&apos;s turn in a chat.</source>
        <translation>Fragt, was das Modell antwortet, wenn der Prompt der Beitrag eines Menschen in einem Chat ist.</translation>
    </message>
</context>
<context>
    <name>QueueBox</name>
    <message>
        <source>Hold the queue: nothing begins by itself</source>
        <translation>Warteschlange anhalten: nichts beginnt von selbst</translation>
    </message>
    <message>
        <source>Earlier (Alt+Up)</source>
        <translation>Früher (Alt+Hoch)</translation>
    </message>
    <message>
        <source>Later (Alt+Down)</source>
        <translation>Später (Alt+Herunter)</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Queue, held</source>
        <translation>Angehalten</translation>
    </message>
</context>
<context>
    <name>QueueList</name>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>{run}: {reason}</source>
        <translation>{run}: {reason}</translation>
    </message>
    <message>
        <source>{run}, failed: {reason}</source>
        <translation>{run}, gescheitert: {reason}</translation>
    </message>
    <message>
        <source>{run}, waiting</source>
        <translation>{run}, wartet</translation>
    </message>
</context>
<context>
    <name>ReadOnlyLine</name>
    <message>
        <source>Read-only: another window has this workspace, so nothing is kept here.</source>
        <translation>Schreibgeschützt: ein anderes Fenster hat diesen Arbeitsordner, darum wird hier nichts behalten.</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>Erneut versu&amp;chen</translation>
    </message>
    <message>
        <source>Opens the workspace again, for writing if that can be done now</source>
        <translation>Öffnet den Arbeitsordner erneut, zum Schreiben, falls das jetzt geht</translation>
    </message>
    <message>
        <source>Try again to open the workspace for writing</source>
        <translation>Erneut versuchen, den Arbeitsordner zum Schreiben zu öffnen</translation>
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
        <source>Rounding the base to 4 bits moved a probability by at most {change} pp.</source>
        <translation>Das Runden der Basis auf 4 Bit verschob eine Wahrscheinlichkeit um höchstens {change} pp.</translation>
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
        <source>GGUF written and read back:</source>
        <translation>GGUF geschrieben und zurückgelesen:</translation>
    </message>
    <message>
        <source>Result stored and read back:</source>
        <translation>Ergebnis gespeichert und zurückgelesen:</translation>
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
    <name>RecipeDiff</name>
    <message>
        <source>in another order</source>
        <translation>in anderer Reihenfolge</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>watched</source>
        <translation>beobachtet</translation>
    </message>
    <message>
        <source>{count} added</source>
        <translation>{count} hinzugefügt</translation>
    </message>
    <message>
        <source>{count} removed</source>
        <translation>{count} entfernt</translation>
    </message>
    <message>
        <source>{count} changed</source>
        <translation>{count} geändert</translation>
    </message>
    <message>
        <source>{count} more rows are not listed</source>
        <translation>{count} weitere Zeilen sind nicht aufgeführt</translation>
    </message>
    <message>
        <source>wanted: {token}</source>
        <translation>gewünscht: {token}</translation>
    </message>
</context>
<context>
    <name>RecipeDiffWindow</name>
    <message>
        <source>Recipes of {one} and {other}</source>
        <translation>Rezepte von {one} und {other}</translation>
    </message>
    <message>
        <source>Both recipes say the same.</source>
        <translation>Beide Rezepte sagen dasselbe.</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
</context>
<context>
    <name>ResultLegend</name>
    <message>
        <source>Area: {what}</source>
        <translation>Fläche: {what}</translation>
    </message>
</context>
<context>
    <name>ResultPane</name>
    <message>
        <source>Save as {kind}…</source>
        <translation>Als {kind} speichern…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern als…</translation>
    </message>
</context>
<context>
    <name>ResultTable</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Select all</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
</context>
<context>
    <name>ResultTableModel</name>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Save all…</source>
        <translation>Alles speichern…</translation>
    </message>
    <message>
        <source>Every table and plot and result.json (Ctrl+S)</source>
        <translation>Alle Tabellen und Diagramme und result.json (Strg+S)</translation>
    </message>
</context>
<context>
    <name>ResultWindow</name>
    <message>
        <source>{count} files saved in {folder}</source>
        <translation>{count} Dateien in {folder} gespeichert</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>Gespeichert: {file}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save everything as a new folder</source>
        <translation>Alles als neuen Ordner speichern</translation>
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
    <name>RowJudge</name>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>too long: {lost} of {tokens} tokens are cut off</source>
        <translation>zu lang: {lost} von {tokens} Token werden abgeschnitten</translation>
    </message>
    <message>
        <source>no completion: nothing to learn</source>
        <translation>keine Antwort: nichts zu lernen</translation>
    </message>
    <message>
        <source>cut off before its completion: nothing is learned</source>
        <translation>vor der Antwort abgeschnitten: nichts wird gelernt</translation>
    </message>
    <message>
        <source>does not fit the model&apos;s chat template: {text}</source>
        <translation>passt nicht in die Chat-Vorlage des Modells: {text}</translation>
    </message>
    <message>
        <source>learned whole: its answers cannot be told from the rest</source>
        <translation>ganz gelernt: die Antworten sind vom Rest nicht zu unterscheiden</translation>
    </message>
    <message>
        <source>unknown words: {text}</source>
        <translation>unbekannte Wörter: {text}</translation>
    </message>
</context>
<context>
    <name>RowTable</name>
    <message>
        <source>Paste rows</source>
        <translation>Zeilen einfügen</translation>
    </message>
</context>
<context>
    <name>RowTools</name>
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
        <source>See the first batch</source>
        <translation>Ersten Batch ansehen</translation>
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
        <source>Add prompt and completion…</source>
        <translation>Prompt und Antwort hinzufügen…</translation>
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
        <source>Keep or hold out</source>
        <translation>Bewahren oder zurückhalten</translation>
    </message>
</context>
<context>
    <name>RowView</name>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
</context>
<context>
    <name>RunActions</name>
    <message>
        <source>&amp;Train</source>
        <translation>&amp;Trainieren</translation>
    </message>
    <message>
        <source>&amp;Add to queue</source>
        <translation>In die &amp;Warteschlange</translation>
    </message>
    <message>
        <source>&amp;Hold the queue</source>
        <translation>Warteschlange an&amp;halten</translation>
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
        <source>Runs these settings when the runs before it have ended; later edits do not reach it</source>
        <translation>Trainiert mit diesen Einstellungen, wenn die Läufe davor zu Ende sind; spätere Änderungen wirken nicht darauf</translation>
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
        <source>No run waits in the queue.</source>
        <translation>In der Warteschlange wartet kein Lauf.</translation>
    </message>
    <message>
        <source>Begins the first waiting run</source>
        <translation>Beginnt den ersten wartenden Lauf</translation>
    </message>
    <message>
        <source>No further run begins by itself</source>
        <translation>Kein weiterer Lauf beginnt von selbst</translation>
    </message>
    <message>
        <source>&amp;Start the queue</source>
        <translation>Warteschlange &amp;starten</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>Nothing can be trained here: another window has this workspace.</source>
        <translation>Hier kann nichts trainiert werden: ein anderes Fenster hat diesen Arbeitsordner.</translation>
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
    <name>RunHistory</name>
    <message>
        <source>Rename run</source>
        <translation>Lauf umbenennen</translation>
    </message>
    <message>
        <source>Change note</source>
        <translation>Notiz ändern</translation>
    </message>
    <message>
        <source>Delete run</source>
        <translation>Lauf löschen</translation>
    </message>
    <message>
        <source>Delete {count} runs</source>
        <translation>{count} Läufe löschen</translation>
    </message>
    <message>
        <source>Restore run</source>
        <translation>Lauf zurückholen</translation>
    </message>
    <message>
        <source>Restore {count} runs</source>
        <translation>{count} Läufe zurückholen</translation>
    </message>
</context>
<context>
    <name>RunLines</name>
    <message>
        <source>dashed: the loss on rows that are not learned, beside the loss on those that are</source>
        <translation>gestrichelt: der Loss auf Zeilen, die nicht gelernt werden, neben dem auf den gelernten</translation>
    </message>
    <message>
        <source>how far their answers have moved: mean KL from the base in nats per token</source>
        <translation>wie weit sich ihre Antworten verschoben haben: mittlere KL zur Basis in nats pro Token</translation>
    </message>
    <message>
        <source>KL held out: sentences the base made up</source>
        <translation>KL zurückgehalten: Sätze, die die Basis erdacht hat</translation>
    </message>
    <message>
        <source>KL held out</source>
        <translation>KL zurückgehalten</translation>
    </message>
    <message>
        <source>KL protected</source>
        <translation>KL geschützt</translation>
    </message>
    <message>
        <source>validation loss</source>
        <translation>Validierungs-Loss</translation>
    </message>
    <message>
        <source>difference of means</source>
        <translation>Differenz der Mittelwerte</translation>
    </message>
    <message>
        <source>solid: the direction between the groups&apos; means</source>
        <translation>durchgezogen: die Richtung zwischen den Mittelwerten der Gruppen</translation>
    </message>
    <message>
        <source>first principal component</source>
        <translation>erste Hauptkomponente</translation>
    </message>
    <message>
        <source>dashed: the direction along which the prompts of both groups differ most</source>
        <translation>gestrichelt: die Richtung, in der sich die Prompts beider Gruppen am meisten unterscheiden</translation>
    </message>
    <message>
        <source>solid: rows that are protected</source>
        <translation>durchgezogen: Zeilen, die geschützt sind</translation>
    </message>
    <message>
        <source>dashed: rows that are neither learned nor protected</source>
        <translation>gestrichelt: Zeilen, die weder gelernt noch geschützt sind</translation>
    </message>
    <message>
        <source>lowest after step {step}</source>
        <translation>am kleinsten nach Schritt {step}</translation>
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
        <translation>Loss (nats/Token)</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>loss (nats)</source>
        <translation>Loss (nats)</translation>
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
        <source>p (%)</source>
        <translation>p (%)</translation>
    </message>
    <message>
        <source>{step}: {before} → {after}</source>
        <translation>{step}: {before} → {after}</translation>
    </message>
    <message>
        <source>step {step} · loss {loss}</source>
        <translation>Schritt {step} · Loss {loss}</translation>
    </message>
    <message>
        <source>step {step} · validation loss {loss}</source>
        <translation>Schritt {step} · Validierungs-Loss {loss}</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
</context>
<context>
    <name>RunQueue</name>
    <message>
        <source>Remove {name} from the queue</source>
        <translation>{name} aus der Warteschlange nehmen</translation>
    </message>
</context>
<context>
    <name>RunTable</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
</context>
<context>
    <name>RunsModel</name>
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
        <source>Steps</source>
        <translation>Schritte</translation>
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
        <source>Forgetting</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>How many steps it took; of how many, where it ended early</source>
        <translation>Wie viele Schritte es waren; und von wie vielen, wenn er vorzeitig endete</translation>
    </message>
    <message>
        <source>Mean over the last step, in nats per token</source>
        <translation>Mittel über den letzten Schritt, in nats pro Token</translation>
    </message>
    <message>
        <source>How far the answers to what the base knew have moved: mean KL from the base, in nats</source>
        <translation>Wie weit sich die Antworten auf das verschoben haben, was die Basis wusste: mittlere KL zur Basis, in nats</translation>
    </message>
    <message>
        <source>Without pauses</source>
        <translation>Ohne Pausen</translation>
    </message>
    <message>
        <source>cancelled at step {done} of {of}</source>
        <translation>abgebrochen bei Schritt {done} von {of}</translation>
    </message>
    <message>
        <source>failed at step {done} of {of}</source>
        <translation>gescheitert bei Schritt {done} von {of}</translation>
    </message>
    <message>
        <source>interrupted at step {done} of {of}</source>
        <translation>unterbrochen bei Schritt {done} von {of}</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>im Gange</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>Double-click to rename</source>
        <translation>Doppelklick zum Umbenennen</translation>
    </message>
    <message>
        <source>Double-click to write a note</source>
        <translation>Doppelklick für eine Notiz</translation>
    </message>
    <message>
        <source>Not measured.</source>
        <translation>Nicht gemessen.</translation>
    </message>
    <message>
        <source>Not known.</source>
        <translation>Nicht bekannt.</translation>
    </message>
    <message>
        <source>Today {time}</source>
        <translation>Heute {time}</translation>
    </message>
    <message>
        <source>Yesterday {time}</source>
        <translation>Gestern {time}</translation>
    </message>
</context>
<context>
    <name>RunsOnBoard</name>
    <message>
        <source>“{name}” is in the bin.</source>
        <translation>„{name}“ ist im Papierkorb.</translation>
    </message>
    <message>
        <source>{count} runs are in the bin.</source>
        <translation>{count} Läufe sind im Papierkorb.</translation>
    </message>
</context>
<context>
    <name>RunsPanel</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>&amp;Restore from the bin…</source>
        <translation>Aus dem Papierkorb &amp;zurückholen…</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>Filter the runs by name, method, data or note</source>
        <translation>Läufe nach Name, Methode, Daten oder Notiz filtern</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>Weitere Aktionen</translation>
    </message>
    <message>
        <source>What became of the chosen run</source>
        <translation>Was aus dem gewählten Lauf wurde</translation>
    </message>
    <message>
        <source>Copy why it failed</source>
        <translation>Kopieren, warum er scheiterte</translation>
    </message>
    <message>
        <source>&amp;Empty the bin ({count})…</source>
        <translation>&amp;Papierkorb leeren ({count})…</translation>
    </message>
    <message>
        <source>Press Train: every run is kept here with its recipe, its curves and its result.</source>
        <translation>Trainieren drücken: jeder Lauf bleibt hier mit Rezept, Kurven und Ergebnis.</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Resume goes on from there.</source>
        <translation>„Fortsetzen“ macht dort weiter.</translation>
    </message>
    <message>
        <source>{chosen} of {count} runs chosen</source>
        <translation>{chosen} von {count} Läufen gewählt</translation>
    </message>
    <message>
        <source>{shown} of {count} runs shown</source>
        <translation>{shown} von {count} Läufen gezeigt</translation>
    </message>
    <message>
        <source>1 run</source>
        <translation>1 Lauf</translation>
    </message>
    <message>
        <source>{count} runs</source>
        <translation>{count} Läufe</translation>
    </message>
    <message>
        <source>Delete the run in the bin for good?</source>
        <translation>Den Lauf im Papierkorb endgültig löschen?</translation>
    </message>
    <message>
        <source>Delete the {count} runs in the bin for good?</source>
        <translation>Die {count} Läufe im Papierkorb endgültig löschen?</translation>
    </message>
    <message>
        <source>Empty the bin</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>&amp;Delete for good</source>
        <translation>Endgültig &amp;löschen</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
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
        <source>Correct a fact</source>
        <translation>Einen Fakt korrigieren</translation>
    </message>
    <message>
        <source>A small change in one place: the value projections alone, many passes over a few rows.</source>
        <translation>Eine kleine Änderung an einer Stelle: nur die Value-Projektionen, viele Durchläufe über wenige Zeilen.</translation>
    </message>
    <message>
        <source>The same, with one more term in the loss that keeps the answers to the kept rows where they are.</source>
        <translation>Dasselbe, mit einem weiteren Term im Loss, der die Antworten auf die bewahrten Zeilen lässt, wie sie sind.</translation>
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
        <source>Mix</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>Several adapters on one base, each with its own strength.</source>
        <translation>Mehrere Adapter auf einer Basis, jeder mit eigener Stärke.</translation>
    </message>
    <message>
        <source>DoRA</source>
        <translation>DoRA</translation>
    </message>
    <message>
        <source>LoRA that also trains the length of each row of weights; closer to full fine-tuning.</source>
        <translation>LoRA, das auch die Länge jeder Zeile der Gewichte trainiert; näher am Full Fine-Tuning.</translation>
    </message>
    <message>
        <source>Layer freezing</source>
        <translation>Layer Freezing</translation>
    </message>
    <message>
        <source>Freezes the first blocks and trains the last ones, where a model is most specific.</source>
        <translation>Friert die ersten Blöcke ein und trainiert die letzten; dort ist ein Modell am speziellsten.</translation>
    </message>
    <message>
        <source>Last blocks that train</source>
        <translation>Trainierte Blöcke</translation>
    </message>
    <message>
        <source>How many of the last transformer blocks train. The reference: 1 of 2.</source>
        <translation>Wie viele der letzten Transformer-Blöcke trainieren. Die Referenz: 1 von 2.</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Train embeddings</source>
        <translation>Embeddings trainieren</translation>
    </message>
    <message>
        <source>Also trains the word vectors; needed to learn words that are new to the base.</source>
        <translation>Trainiert auch die Wortvektoren; nötig für Wörter, die der Basis neu sind.</translation>
    </message>
    <message>
        <source>Train head</source>
        <translation>Head trainieren</translation>
    </message>
    <message>
        <source>Also trains the output layer; needed to answer with words that are new to the base.</source>
        <translation>Trainiert auch die Ausgabeschicht; nötig für Antworten mit Wörtern, die der Basis neu sind.</translation>
    </message>
    <message>
        <source>Full fine-tuning</source>
        <translation>Full Fine-Tuning</translation>
    </message>
    <message>
        <source>Trains every parameter: the most room to learn, and the most to forget.</source>
        <translation>Trainiert jeden Parameter: am meisten Raum zum Lernen, am meisten zu vergessen.</translation>
    </message>
    <message>
        <source>Rank-stabilised</source>
        <translation>Rank-stabilisiert</translation>
    </message>
    <message>
        <source>Scales by α / √r instead of α / r, so that large ranks learn as fast as small ones (rsLoRA).</source>
        <translation>Skaliert mit α / √r statt α / r, damit große Ranks so schnell lernen wie kleine (rsLoRA).</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>Share of the correction&apos;s inputs left out at random in training. 0, or 0.05 for small data.</source>
        <translation>Anteil der Eingaben der Korrektur, der beim Training zufällig wegfällt. 0, oder 0,05 bei wenig Daten.</translation>
    </message>
    <message>
        <source>Ranks of single layers</source>
        <translation>Ranks einzelner Schichten</translation>
    </message>
    <message>
        <source>Layers with a rank of their own, such as “up_proj: 16, k_proj: 2”.</source>
        <translation>Schichten mit eigenem Rank, etwa „up_proj: 16, k_proj: 2“.</translation>
    </message>
    <message>
        <source>Alphas of single layers</source>
        <translation>Alphas einzelner Schichten</translation>
    </message>
    <message>
        <source>Layers with an alpha of their own, such as “up_proj: 32”.</source>
        <translation>Schichten mit eigenem Alpha, etwa „up_proj: 32“.</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Beginnen mit</translation>
    </message>
    <message>
        <source>An adapter whose matrices training goes on from; it must have the same rank and layers.</source>
        <translation>Ein Adapter, dessen Matrizen weitertrainiert werden; Rank und Schichten müssen gleich sein.</translation>
    </message>
    <message>
        <source>LoRA+</source>
        <translation>LoRA+</translation>
    </message>
    <message>
        <source>LoRA whose second matrix learns faster than its first, which saves steps.</source>
        <translation>LoRA, dessen zweite Matrix schneller lernt als die erste; das spart Schritte.</translation>
    </message>
    <message>
        <source>Ratio of learning rates</source>
        <translation>LR-Verhältnis</translation>
    </message>
    <message>
        <source>How many times faster B learns than A. The paper&apos;s choice: 16.</source>
        <translation>Wievielmal so groß die Learning Rate von B ist wie die von A. Das Paper nimmt 16.</translation>
    </message>
    <message>
        <source>Prefix tuning</source>
        <translation>Prefix-Tuning</translation>
    </message>
    <message>
        <source>Freezes the model and trains what every block attends to before the input begins.</source>
        <translation>Friert das Modell ein und trainiert, worauf jeder Block noch vor der Eingabe achtet.</translation>
    </message>
    <message>
        <source>Virtual tokens</source>
        <translation>Virtuelle Token</translation>
    </message>
    <message>
        <source>How many trained keys and values stand before the input. 8 for MiniGPT, 10 to 200 for large models.</source>
        <translation>Wie viele trainierte Keys und Values vor der Eingabe stehen. 8 für MiniGPT, 10 bis 200 für große Modelle.</translation>
    </message>
    <message>
        <source>Reparametrise</source>
        <translation>Reparametrisieren</translation>
    </message>
    <message>
        <source>Trains a small network that makes the prefix: steadier on large models, slower on small ones.</source>
        <translation>Trainiert ein kleines Netz, das den Prefix erzeugt: stabiler bei großen Modellen, langsamer bei kleinen.</translation>
    </message>
    <message>
        <source>Hidden size</source>
        <translation>Hidden Size</translation>
    </message>
    <message>
        <source>Width of that network. Usual: the model&apos;s own width, or 512.</source>
        <translation>Breite dieses Netzes. Üblich: die des Modells, oder 512.</translation>
    </message>
    <message>
        <source>Prompt tuning</source>
        <translation>Prompt-Tuning</translation>
    </message>
    <message>
        <source>Freezes the model and trains a few virtual words that stand before every input.</source>
        <translation>Friert das Modell ein und trainiert einige virtuelle Wörter, die vor jeder Eingabe stehen.</translation>
    </message>
    <message>
        <source>How many trained vectors stand before the input. 8 for MiniGPT, 20 to 100 for large models.</source>
        <translation>Wie viele trainierte Vektoren vor der Eingabe stehen. 8 für MiniGPT, 20 bis 100 für große Modelle.</translation>
    </message>
    <message>
        <source>Start with</source>
        <translation>Beginnen mit</translation>
    </message>
    <message>
        <source>Random vectors as long as word vectors, or the words of a text.</source>
        <translation>Zufällige Vektoren, so lang wie Wortvektoren, oder die Wörter eines Textes.</translation>
    </message>
    <message>
        <source>Random vectors</source>
        <translation>Zufällige Vektoren</translation>
    </message>
    <message>
        <source>The words of a text</source>
        <translation>Wörter eines Textes</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Its words are repeated or cut to the number of virtual tokens.</source>
        <translation>Seine Wörter werden bis zur Zahl der virtuellen Token wiederholt oder gekürzt.</translation>
    </message>
    <message>
        <source>QLoRA</source>
        <translation>QLoRA</translation>
    </message>
    <message>
        <source>LoRA on weights rounded to 4 bits, as where memory is short; the rounding costs some precision.</source>
        <translation>LoRA auf Gewichten, die auf 4 Bit gerundet sind, wie bei knappem Speicher; das Runden kostet etwas Genauigkeit.</translation>
    </message>
    <message>
        <source>Precision of A and B</source>
        <translation>Genauigkeit A, B</translation>
    </message>
    <message>
        <source>16 bit halves the adapter; 32 bit is exact and costs little beside the base.</source>
        <translation>16 Bit halbiert den Adapter; 32 Bit ist genau und kostet neben der Basis wenig.</translation>
    </message>
    <message>
        <source>16 bit (bfloat16)</source>
        <translation>16 Bit (bfloat16)</translation>
    </message>
    <message>
        <source>32 bit</source>
        <translation>32 Bit</translation>
    </message>
    <message>
        <source>Training from scratch</source>
        <translation>Training von Grund auf</translation>
    </message>
    <message>
        <source>Forgets all and learns from random numbers; the result can be the base of later runs.</source>
        <translation>Vergisst alles und beginnt mit Zufallszahlen; das Ergebnis kann die Basis späterer Läufe sein.</translation>
    </message>
    <message>
        <source>Representation engineering</source>
        <translation>Representation Engineering</translation>
    </message>
    <message>
        <source>Finds the direction between two groups of prompts; adds it while the model reads, or takes it out of weights.</source>
        <translation>Findet die Richtung zwischen zwei Gruppen von Prompts; addiert sie beim Lesen oder nimmt sie aus den Gewichten.</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Between the groups&apos; means, or the first principal component of all hidden states.</source>
        <translation>Zwischen den Mittelwerten der Gruppen, oder die erste Hauptkomponente aller Hidden States.</translation>
    </message>
    <message>
        <source>Difference of means</source>
        <translation>Differenz der Mittelwerte</translation>
    </message>
    <message>
        <source>First principal component</source>
        <translation>Erste Hauptkomponente</translation>
    </message>
    <message>
        <source>After block</source>
        <translation>Nach Block</translation>
    </message>
    <message>
        <source>Where the direction is taken. 0: at 60 % of the depth, where concepts usually stand out most.</source>
        <translation>Wo die Richtung genommen wird. 0: bei 60 % der Tiefe, wo Konzepte meist am deutlichsten sind.</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>What to do with it</source>
        <translation>Verwendung</translation>
    </message>
    <message>
        <source>Steer: add it while the model reads. Ablate: take it out of the weights.</source>
        <translation>Lenken: sie beim Lesen addieren. Herausnehmen: sie aus den Gewichten entfernen (Ablation).</translation>
    </message>
    <message>
        <source>Steer</source>
        <translation>Lenken</translation>
    </message>
    <message>
        <source>Ablate</source>
        <translation>Herausnehmen</translation>
    </message>
    <message>
        <source>Coefficient</source>
        <translation>Koeffizient</translation>
    </message>
    <message>
        <source>Towards the first group; 1 is the distance between the groups, negative turns away.</source>
        <translation>Hin zur ersten Gruppe; 1 ist der Abstand der Gruppen, negativ führt von ihr weg.</translation>
    </message>
    <message>
        <source>Correct and protect</source>
        <translation>Korrigieren und schützen</translation>
    </message>
    <message>
        <source>Steer a concept</source>
        <translation>Ein Konzept lenken</translation>
    </message>
    <message>
        <source>No training: the direction between two groups of prompts is found and added while the model reads.</source>
        <translation>Kein Training: die Richtung zwischen zwei Gruppen von Prompts wird gefunden und beim Lesen addiert.</translation>
    </message>
    <message>
        <source>Train from scratch</source>
        <translation>Von Grund auf trainieren</translation>
    </message>
    <message>
        <source>A new base with random weights, from everyday sentences and whatever else is ticked.</source>
        <translation>Eine neue Basis mit zufälligen Gewichten, aus Alltagssätzen und was sonst angehakt ist.</translation>
    </message>
    <message>
        <source>Adapt</source>
        <translation>Anpassen</translation>
    </message>
    <message>
        <source>The usual start: a correction of rank 8 beside the attention&apos;s layers, three passes over the data.</source>
        <translation>Der übliche Anfang: eine Korrektur mit Rank 8 neben den Schichten der Attention, drei Durchläufe durch die Daten.</translation>
    </message>
    <message>
        <source>Adapt everywhere</source>
        <translation>Überall anpassen</translation>
    </message>
    <message>
        <source>For much or unlike data: rank 16 beside every linear layer. Twice to four times as much trains.</source>
        <translation>Für viele oder andersartige Daten: Rank 16 neben jeder linearen Schicht. Es trainiert zwei- bis viermal so viel.</translation>
    </message>
    <message>
        <source>Correct facts</source>
        <translation>Fakten korrigieren</translation>
    </message>
    <message>
        <source>A small correction and many passes over a few rows; what the base knows is protected.</source>
        <translation>Eine kleine Korrektur und viele Durchläufe durch wenige Zeilen; was die Basis weiß, ist geschützt.</translation>
    </message>
    <message>
        <source>Save memory</source>
        <translation>Speicher sparen</translation>
    </message>
    <message>
        <source>The base is kept in 4 bits and activations are computed again: the least memory, and slower.</source>
        <translation>Die Basis bleibt in 4 Bit, und Aktivierungen werden neu berechnet: am wenigsten Speicher, und langsamer.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Scores are divided by it before one is drawn: below 1 safer, above 1 freer. 0: the likeliest.</source>
        <translation>Durch sie werden die Logits vor dem Ziehen geteilt: unter 1 sicherer, über 1 freier. 0: das Wahrscheinlichste.</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>greedy</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Draws among the likeliest tokens that together have this probability. 1: among all.</source>
        <translation>Zieht aus den wahrscheinlichsten Token, die zusammen diese Wahrscheinlichkeit haben. 1: aus allen.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Draws among so many of the likeliest tokens. 0: among all.</source>
        <translation>Zieht aus so vielen der wahrscheinlichsten Token. 0: aus allen.</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Longest</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>After so many tokens it ends.</source>
        <translation>Nach so vielen Token ist Schluss.</translation>
    </message>
    <message>
        <source>Stop at</source>
        <translation>Anhalten bei</translation>
    </message>
    <message>
        <source>Ends before this text, which is not shown. Several stand on lines of their own; \n is a line end.</source>
        <translation>Endet vor diesem Text, der nicht gezeigt wird. Mehrere stehen auf eigenen Zeilen; \n ist ein Zeilenende.</translation>
    </message>
    <message>
        <source>Another seed, another text; variants draw with the same luck.</source>
        <translation>Anderer Seed, anderer Text; alle Varianten ziehen mit demselben Glück.</translation>
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
        <source>Snapshots</source>
        <translation>Zwischenstände</translation>
    </message>
    <message>
        <source>How many states along the way are kept for the time machine. 0 keeps none.</source>
        <translation>Wie viele Stände unterwegs für die Zeitmaschine behalten werden. 0 behält keine.</translation>
    </message>
    <message>
        <source>Rows become windows</source>
        <translation>Zeilen als Fenster</translation>
    </message>
    <message>
        <source>Sliding cuts every row into windows moved on by one token; whole keeps rows as they are; packed fills windows.</source>
        <translation>Gleitend schneidet jede Zeile in Fenster, um je ein Token verschoben; ganz lässt Zeilen, wie sie sind; gepackt füllt Fenster.</translation>
    </message>
    <message>
        <source>sliding</source>
        <translation>gleitend</translation>
    </message>
    <message>
        <source>whole rows</source>
        <translation>ganze Zeilen</translation>
    </message>
    <message>
        <source>packed</source>
        <translation>gepackt</translation>
    </message>
    <message>
        <source>New tokens</source>
        <translation>Neue Tokens</translation>
    </message>
    <message>
        <source>Names that become one token each, with commas between them, such as “&lt;tool&gt;, &lt;/tool&gt;”; train embeddings and head with them.</source>
        <translation>Namen, die je ein Token werden, durch Kommas getrennt, etwa „&lt;tool&gt;, &lt;/tool&gt;“; dazu Embeddings und Head trainieren.</translation>
    </message>
    <message>
        <source>Learn completions only</source>
        <translation>Nur Antworten lernen</translation>
    </message>
    <message>
        <source>Prompts are read but not learned; rows without a prompt are learned whole.</source>
        <translation>Prompts werden gelesen, aber nicht gelernt; Zeilen ohne Prompt werden ganz gelernt.</translation>
    </message>
    <message>
        <source>Rows of like length together</source>
        <translation>Ähnlich lange Zeilen zusammen</translation>
    </message>
    <message>
        <source>Fewer padded positions and faster steps; the order is a little less random.</source>
        <translation>Weniger aufgefüllte Stellen und schnellere Schritte; die Reihenfolge ist etwas weniger zufällig.</translation>
    </message>
    <message>
        <source>Gradient accumulation</source>
        <translation>Gradienten sammeln</translation>
    </message>
    <message>
        <source>Batches whose gradients are added up for one update: a larger batch in less memory.</source>
        <translation>Batches, deren Gradienten für eine Änderung addiert werden: ein größerer Batch in weniger Speicher.</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>Batches</translation>
    </message>
    <message>
        <source>Recompute activations</source>
        <translation>Aktivierungen neu berechnen</translation>
    </message>
    <message>
        <source>Keeps only each block&apos;s input and computes the rest again: less memory, slower.</source>
        <translation>Behält nur die Eingabe jedes Blocks und berechnet den Rest neu: weniger Speicher, langsamer.</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>LR-Verlauf</translation>
    </message>
    <message>
        <source>How the learning rate goes on after the warm-up: it stays, or falls to zero.</source>
        <translation>Wie es mit der Learning Rate nach dem Anlauf weitergeht: Sie bleibt, oder fällt auf null.</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>konstant</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>Kosinus</translation>
    </message>
    <message>
        <source>Warm-up</source>
        <translation>Anlauf</translation>
    </message>
    <message>
        <source>Steps in which the learning rate rises from zero. Usual: 3 to 10 % of all steps.</source>
        <translation>Schritte, in denen die Learning Rate von null ansteigt. Üblich: 3 bis 10 % aller Schritte.</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>Gewichtsverfall</translation>
    </message>
    <message>
        <source>Pulls what trains towards zero, apart from the gradient (AdamW). Usual: 0 or 0.01.</source>
        <translation>Zieht, was trainiert, zur Null hin, getrennt vom Gradienten (AdamW). Üblich: 0 oder 0,01.</translation>
    </message>
    <message>
        <source>Gradient clipping</source>
        <translation>Gradienten begrenzen</translation>
    </message>
    <message>
        <source>Longest gradient; a longer one is shortened to it. 0: off; usual: 1.</source>
        <translation>Längster Gradient; ein längerer wird darauf gekürzt. 0: aus; üblich: 1.</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Validation share</source>
        <translation>Anteil zur Validierung</translation>
    </message>
    <message>
        <source>Share of the rows that is not learned but measured at every probe. Usual: 0.05 to 0.1.</source>
        <translation>Anteil der Zeilen, der nicht gelernt, aber bei jeder Messung mitgemessen wird. Üblich: 0,05 bis 0,1.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>Early stopping</source>
        <translation>Frühes Anhalten</translation>
    </message>
    <message>
        <source>Stops when the validation loss has not improved for so many checks. 0: never.</source>
        <translation>Hält an, wenn sich der Validierungs-Loss über so viele Prüfungen nicht gebessert hat. 0: nie.</translation>
    </message>
    <message>
        <source>checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>Keep the best state</source>
        <translation>Besten Stand behalten</translation>
    </message>
    <message>
        <source>Ends with the state of the lowest validation loss instead of the last one.</source>
        <translation>Endet mit dem Stand des kleinsten Validierungs-Loss statt mit dem letzten.</translation>
    </message>
    <message>
        <source>Snapshots by time</source>
        <translation>Stände nach Zeit</translation>
    </message>
    <message>
        <source>Keeps a state every so many minutes instead of by the number of steps. 0: by steps.</source>
        <translation>Behält alle so viele Minuten einen Stand statt nach der Zahl der Schritte. 0: nach Schritten.</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>by steps</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Compile the blocks</source>
        <translation>Blöcke kompilieren</translation>
    </message>
    <message>
        <source>Makes fast code for the model&apos;s blocks first. Pays in runs of minutes on a GPU; automatic decides.</source>
        <translation>Macht zuerst schnellen Code für die Blöcke des Modells. Lohnt bei Läufen von Minuten auf einer GPU; „automatisch“ entscheidet selbst.</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>Protect what it knows</source>
        <translation>Wissen schützen</translation>
    </message>
    <message>
        <source>Adds weight · KL(base ‖ now) on the kept rows to the loss, so that their answers stay as they are.</source>
        <translation>Addiert Gewicht · KL(Basis ‖ jetzt) auf den bewahrten Zeilen zum Loss, damit ihre Antworten bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>How much staying counts beside learning. 1 holds most of it, 10 nearly all; learning slows little.</source>
        <translation>Wie viel das Bleiben neben dem Lernen zählt. 1 hält das meiste, 10 fast alles; das Lernen wird kaum langsamer.</translation>
    </message>
    <message>
        <source>Sentences of its own</source>
        <translation>Eigene Sätze</translation>
    </message>
    <message>
        <source>Protects as many sentences that the base makes up, beside the rows you chose.</source>
        <translation>Schützt so viele Sätze, die sich die Basis ausdenkt, neben den gewählten Zeilen.</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Variations of the new rows</source>
        <translation>Variationen der neuen Zeilen</translation>
    </message>
    <message>
        <source>Protects as many variations of the new rows with one word exchanged, so that a correction spreads less. 256 is a good start, with windows as long as the rows.</source>
        <translation>Schützt so viele Variationen der neuen Zeilen, in denen ein Wort ausgetauscht ist, damit eine Korrektur weniger ausstrahlt. 256 ist ein guter Anfang, mit Fenstern so lang wie die Zeilen.</translation>
    </message>
    <message>
        <source>Other phrasings follow</source>
        <translation>Andere Formulierungen folgen</translation>
    </message>
    <message>
        <source>Leaves variations free that the base answers as the row itself. Off, a correction stays with its own words; that takes about twice the steps.</source>
        <translation>Lässt Variationen frei, die die Basis wie die Zeile selbst beantwortet. Ohne dies bleibt eine Korrektur bei ihren eigenen Wörtern; das braucht etwa doppelt so viele Schritte.</translation>
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
        <source>Protection</source>
        <translation>Schutz</translation>
    </message>
    <message>
        <source>Whether what the base knows is held in place.</source>
        <translation>Ob festgehalten wird, was die Basis weiß.</translation>
    </message>
    <message>
        <source>Kept rows</source>
        <translation>Bewahrte Zeilen</translation>
    </message>
    <message>
        <source>What the base knows and should go on knowing.</source>
        <translation>Was die Basis weiß und weiter wissen soll.</translation>
    </message>
    <message>
        <source>Held-out rows</source>
        <translation>Zurückgehaltene Zeilen</translation>
    </message>
    <message>
        <source>Rows that are measured, but not protected.</source>
        <translation>Zeilen, die gemessen, aber nicht geschützt werden.</translation>
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
        <source>More settings</source>
        <translation>Mehr Einstellungen</translation>
    </message>
    <message>
        <source>1 changed</source>
        <translation>1 geändert</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>Gezeigt</translation>
    </message>
    <message>
        <source>Folded away</source>
        <translation>Eingeklappt</translation>
    </message>
    <message>
        <source>{count} changed</source>
        <translation>{count} geändert</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>A whole number, such as 4.</source>
        <translation>Eine ganze Zahl, etwa 4.</translation>
    </message>
    <message>
        <source>At least one is needed.</source>
        <translation>Mindestens eine ist nötig.</translation>
    </message>
    <message>
        <source>There is no adapter in this folder.</source>
        <translation>In diesem Ordner ist kein Adapter.</translation>
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
    <message>
        <source>Too few: at least {min_length}.</source>
        <translation>Zu wenige: mindestens {min_length}.</translation>
    </message>
    <message>
        <source>Too many: at most {max_length}.</source>
        <translation>Zu viele: höchstens {max_length}.</translation>
    </message>
    <message>
        <source>Too short: at least {min_length} characters.</source>
        <translation>Zu kurz: mindestens {min_length} Zeichen.</translation>
    </message>
    <message>
        <source>Too long: at most {max_length} characters.</source>
        <translation>Zu lang: höchstens {max_length} Zeichen.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Memory that the program uses now</source>
        <translation>Speicher, den das Programm jetzt benutzt</translation>
    </message>
    <message>
        <source>Last message</source>
        <translation>Letzte Meldung</translation>
    </message>
    <message>
        <source>{size} of weights</source>
        <translation>{size} Gewichte</translation>
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
    <message>
        <source>1 run waits</source>
        <translation>1 Lauf wartet</translation>
    </message>
    <message>
        <source>{count} runs wait</source>
        <translation>{count} Läufe warten</translation>
    </message>
    <message>
        <source>{text}; the queue is held</source>
        <translation>{text}; die Warteschlange ist angehalten</translation>
    </message>
    <message>
        <source>{size} in use</source>
        <translation>{size} belegt</translation>
    </message>
    <message>
        <source>{size} on the GPU</source>
        <translation>{size} auf der GPU</translation>
    </message>
</context>
<context>
    <name>StoredRunActions</name>
    <message>
        <source>&amp;Put on board</source>
        <translation>Neben die &amp;Basis</translation>
    </message>
    <message>
        <source>Run again &amp;with…</source>
        <translation>Noch einmal &amp;mit…</translation>
    </message>
    <message>
        <source>Run &amp;again</source>
        <translation>Noch &amp;einmal</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Show &amp;curves</source>
        <translation>&amp;Kurven zeigen</translation>
    </message>
    <message>
        <source>C&amp;ompare curves</source>
        <translation>Kurven &amp;vergleichen</translation>
    </message>
    <message>
        <source>Compare reci&amp;pes</source>
        <translation>&amp;Rezepte vergleichen</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Im &amp;Ordner zeigen</translation>
    </message>
    <message>
        <source>Re&amp;name</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>No&amp;te</source>
        <translation>No&amp;tiz</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Choose a run in the table first.</source>
        <translation>Zuerst einen Lauf in der Tabelle wählen.</translation>
    </message>
    <message>
        <source>Choose a single run.</source>
        <translation>Einen einzelnen Lauf wählen.</translation>
    </message>
    <message>
        <source>This window is read-only.</source>
        <translation>Dieses Fenster ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>The model is still loading.</source>
        <translation>Das Modell wird noch geladen.</translation>
    </message>
    <message>
        <source>Loads the adapter beside the base</source>
        <translation>Lädt den Adapter neben die Basis</translation>
    </message>
    <message>
        <source>Puts its recipe into the data and method panels, to be changed and trained</source>
        <translation>Setzt sein Rezept unter „Daten“ und „Methode“ ein, zum Ändern und Trainieren</translation>
    </message>
    <message>
        <source>Puts its recipe into the queue as it is</source>
        <translation>Setzt sein Rezept unverändert in die Warteschlange</translation>
    </message>
    <message>
        <source>Goes on where it stopped, with the same numbers</source>
        <translation>Macht weiter, wo er anhielt, mit denselben Zahlen</translation>
    </message>
    <message>
        <source>Shows its curves in the training panel</source>
        <translation>Zeigt seine Kurven unter „Training“</translation>
    </message>
    <message>
        <source>Choose at least two runs.</source>
        <translation>Mindestens zwei Läufe wählen.</translation>
    </message>
    <message>
        <source>Lays their curves over one another</source>
        <translation>Legt ihre Kurven übereinander</translation>
    </message>
    <message>
        <source>Choose exactly two runs.</source>
        <translation>Genau zwei Läufe wählen.</translation>
    </message>
    <message>
        <source>Shows what is different in their recipes</source>
        <translation>Zeigt, worin sich ihre Rezepte unterscheiden</translation>
    </message>
    <message>
        <source>Opens its folder in the file manager</source>
        <translation>Öffnet seinen Ordner in der Dateiverwaltung</translation>
    </message>
    <message>
        <source>Changes the name</source>
        <translation>Ändert den Namen</translation>
    </message>
    <message>
        <source>Writes a note on it</source>
        <translation>Schreibt eine Notiz dazu</translation>
    </message>
    <message>
        <source>Moves it to the workspace&apos;s bin; undo restores it</source>
        <translation>Legt ihn in den Papierkorb des Arbeitsordners; „Rückgängig“ holt ihn zurück</translation>
    </message>
    <message>
        <source>This run is in progress.</source>
        <translation>Dieser Lauf ist im Gange.</translation>
    </message>
    <message>
        <source>It stands on the board already.</source>
        <translation>Er steht schon neben der Basis.</translation>
    </message>
    <message>
        <source>It ended before there was an adapter.</source>
        <translation>Er endete, bevor es einen Adapter gab.</translation>
    </message>
    <message>
        <source>It has finished.</source>
        <translation>Er ist fertig.</translation>
    </message>
    <message>
        <source>No state was kept that it could go on from.</source>
        <translation>Kein Stand wurde behalten, von dem er weitergehen könnte.</translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation>Ein Lauf ist im Gange.</translation>
    </message>
</context>
<context>
    <name>StrengthBar</name>
    <message>
        <source>S&amp;trength</source>
        <translation>Stä&amp;rke</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>From {lowest} to {highest}.</source>
        <translation>Von {lowest} bis {highest}.</translation>
    </message>
    <message>
        <source>0 is the base, 1 what was found; below 0 it turns the other way.
Merging and exporting take the strength as it stands; an adapter on disk keeps its own.</source>
        <translation>0 ist die Basis, 1 das Gefundene; unter 0 geht es in die Gegenrichtung.
Mergen und Exportieren nehmen die Stärke, wie sie steht; ein Adapter auf der Platte behält seine eigene.</translation>
    </message>
</context>
<context>
    <name>SweepPlots</name>
    <message>
        <source>after block</source>
        <translation>nach Block</translation>
    </message>
    <message>
        <source>Prompts on their group&apos;s side by block</source>
        <translation>Prompts auf der Seite ihrer Gruppe, je Block</translation>
    </message>
    <message>
        <source>accuracy (%)</source>
        <translation>Genauigkeit (%)</translation>
    </message>
    <message>
        <source>Distance of the groups, by block</source>
        <translation>Abstand der Gruppen, je Block</translation>
    </message>
    <message>
        <source>distance (Cohen&apos;s d)</source>
        <translation>Abstand (Cohens d)</translation>
    </message>
    <message>
        <source>block {block} · {kind}: {value} %</source>
        <translation>Block {block} · {kind}: {value} %</translation>
    </message>
    <message>
        <source>block {block} · {kind}: d = {value}</source>
        <translation>Block {block} · {kind}: d = {value}</translation>
    </message>
    <message>
        <source>used: block {block}</source>
        <translation>benutzt: Block {block}</translation>
    </message>
    <message>
        <source>used: block {block}; difference of means {means} %, first principal component {component} %</source>
        <translation>benutzt: Block {block}; Differenz der Mittelwerte {means} %, erste Hauptkomponente {component} %</translation>
    </message>
    <message>
        <source>difference of means</source>
        <translation>Differenz der Mittelwerte</translation>
    </message>
    <message>
        <source>first principal component</source>
        <translation>erste Hauptkomponente</translation>
    </message>
</context>
<context>
    <name>TemperatureField</name>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>From {lowest} to {highest}.</source>
        <translation>Von {lowest} bis {highest}.</translation>
    </message>
    <message>
        <source>Temperature T: the scores are divided by it before they become probabilities. Below 1 the likely tokens gain, above 1 the unlikely ones; 1 are the model&apos;s own. Double-click: back to 1.</source>
        <translation>Temperatur T: durch sie werden die Logits geteilt, ehe sie zu Wahrscheinlichkeiten werden. Unter 1 gewinnen die wahrscheinlichen Token, über 1 die unwahrscheinlichen; 1 gibt die eigenen des Modells. Doppelklick: zurück auf 1.</translation>
    </message>
</context>
<context>
    <name>TimeSlider</name>
    <message>
        <source>Play the training</source>
        <translation>Training abspielen</translation>
    </message>
    <message>
        <source>Back to the result</source>
        <translation>Zurück zum Ergebnis</translation>
    </message>
    <message>
        <source>Show batch</source>
        <translation>Batch zeigen</translation>
    </message>
    <message>
        <source>Step of the training</source>
        <translation>Schritt des Trainings</translation>
    </message>
    <message>
        <source>Shows every prompt&apos;s answers as they were at this step</source>
        <translation>Zeigt die Antworten auf alle Prompts, wie sie bei diesem Schritt waren</translation>
    </message>
    <message>
        <source>Shows which rows this step trained on, and what each token cost</source>
        <translation>Zeigt, mit welchen Zeilen dieser Schritt trainierte und was jedes Token kostete</translation>
    </message>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>Stop playing</source>
        <translation>Abspielen anhalten</translation>
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
    <name>TokenRow</name>
    <message>
        <source>{token}: only read, not in the loss</source>
        <translation>{token}: nur gelesen, nicht im Loss</translation>
    </message>
    <message>
        <source>{token}: {loss} nats, probability {share} %</source>
        <translation>{token}: {loss} nats, Wahrscheinlichkeit {share} %</translation>
    </message>
    <message>
        <source>{loss} nats per token</source>
        <translation>{loss} nats pro Token</translation>
    </message>
    <message>
        <source>1 token outside of this window</source>
        <translation>1 Token außerhalb dieses Fensters</translation>
    </message>
    <message>
        <source>{count} tokens outside of this window</source>
        <translation>{count} Token außerhalb dieses Fensters</translation>
    </message>
</context>
<context>
    <name>Tokens</name>
    <message>
        <source>learned</source>
        <translation>gelernt</translation>
    </message>
    <message>
        <source>end, learned</source>
        <translation>Ende, gelernt</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>nur gelesen</translation>
    </message>
    <message>
        <source>mark, read only</source>
        <translation>Marke, nur gelesen</translation>
    </message>
    <message>
        <source>padding</source>
        <translation>Auffüllung</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Ask the model</source>
        <translation>Das Modell fragen</translation>
    </message>
    <message>
        <source>Type the beginning of a sentence. The bars show what the model says next, and how surely.</source>
        <translation>Den Anfang eines Satzes tippen. Die Balken zeigen, was das Modell als Nächstes sagt und wie sicher.</translation>
    </message>
    <message>
        <source>Teach it something</source>
        <translation>Ihm etwas beibringen</translation>
    </message>
    <message>
        <source>Train learns the ticked rows on the left with the settings on the right. It takes seconds.</source>
        <translation>„Trainieren“ lernt die angehakten Zeilen links mit den Einstellungen rechts. Es dauert Sekunden.</translation>
    </message>
    <message>
        <source>Watch it learn</source>
        <translation>Beim Lernen zusehen</translation>
    </message>
    <message>
        <source>The loss falls, and the answers to the pinned prompts move while it trains.</source>
        <translation>Der Loss fällt, und die Antworten auf die angehefteten Prompts verschieben sich beim Training.</translation>
    </message>
    <message>
        <source>See what else moved</source>
        <translation>Sehen, was sich noch verschob</translation>
    </message>
    <message>
        <source>Each result has a column beside the base. Click a pinned prompt, or ask for one of your own.</source>
        <translation>Jedes Ergebnis hat eine Spalte neben der Basis. Einen angehefteten Prompt anklicken oder einen eigenen tippen.</translation>
    </message>
    <message>
        <source>Take it home</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>Choose the result and save its adapter: a small folder that other programs load, too.</source>
        <translation>Das Ergebnis wählen und seinen Adapter speichern: ein kleiner Ordner, den auch andere Programme laden.</translation>
    </message>
</context>
<context>
    <name>TourCard</name>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Leave the tour</source>
        <translation>Rund&amp;gang verlassen</translation>
    </message>
    <message>
        <source>Esc; Help → Take the tour brings it back</source>
        <translation>Esc; Hilfe → Rundgang starten bringt ihn zurück</translation>
    </message>
    <message>
        <source>Tour: {number} of {count}</source>
        <translation>Rundgang: {number} von {count}</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>&amp;Fertig</translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Back to the current run</source>
        <translation>Zurück zum laufenden Lauf</translation>
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
        <source>{name}: stopped with an error after step {step}</source>
        <translation>{name}: nach Schritt {step} mit einem Fehler beendet</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>{what}: {done} of {total}</source>
        <translation>{what}: {done} von {total}</translation>
    </message>
    <message>
        <source>stopped with an error</source>
        <translation>mit einem Fehler angehalten</translation>
    </message>
    <message>
        <source>{steps} steps</source>
        <translation>{steps} Schritte</translation>
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
        <source>{name}: stopped early after step {steps}, {time}: the validation loss no longer improved</source>
        <translation>{name}: früh angehalten nach Schritt {steps}, {time}: der Validierungs-Loss besserte sich nicht mehr</translation>
    </message>
    <message>
        <source>step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>{count} tokens/s</source>
        <translation>{count} Token/s</translation>
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
        <source>{name}: cancelled after step {steps}, {time}</source>
        <translation>{name}: abgebrochen nach Schritt {steps}, {time}</translation>
    </message>
    <message>
        <source>{name}: {steps} steps in {time}</source>
        <translation>{name}: {steps} Schritte in {time}</translation>
    </message>
    <message>
        <source>{name}: {steps} prompts read in {time}</source>
        <translation>{name}: {steps} Prompts gelesen in {time}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>TurnField</name>
    <message>
        <source>Who says it</source>
        <translation>Wer es sagt</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Nutzer</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistent</translation>
    </message>
    <message>
        <source>Remove turn</source>
        <translation>Beitrag entfernen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Completion</source>
        <translation>Antwort</translation>
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
        <source>Export for llama.cpp (&amp;GGUF)…</source>
        <translation>Export für llama.cpp (&amp;GGUF)…</translation>
    </message>
    <message>
        <source>Use as &amp;base</source>
        <translation>Als &amp;Basis nehmen</translation>
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
        <source>Sho&amp;wn in the answers</source>
        <translation>In den Antworten &amp;zeigen</translation>
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
        <source>Writes the adapter as GGUF, with a Modelfile for Ollama</source>
        <translation>Schreibt den Adapter als GGUF, mit einem Modelfile für Ollama</translation>
    </message>
    <message>
        <source>Writes the merged model into the workspace and opens it as the base of later runs</source>
        <translation>Schreibt das gemergte Modell in den Arbeitsordner und öffnet es als Basis späterer Läufe</translation>
    </message>
    <message>
        <source>Takes it off the board; the base is untouched, and its folder stays</source>
        <translation>Nimmt sie ab; die Basis ist unberührt, und ihr Ordner bleibt</translation>
    </message>
    <message>
        <source>Whether the answers show it</source>
        <translation>Ob die Antworten sie zeigen</translation>
    </message>
    <message>
        <source>A run is in progress.</source>
        <translation>Ein Lauf ist im Gange.</translation>
    </message>
    <message>
        <source>Export GGUF as a new folder</source>
        <translation>GGUF als neuen Ordner exportieren</translation>
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
        <source>It is being trained.</source>
        <translation>Sie wird gerade trainiert.</translation>
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
    <name>VariantBoard</name>
    <message>
        <source>Detach {name}</source>
        <translation>{name} abnehmen</translation>
    </message>
    <message>
        <source>Rename {name}</source>
        <translation>{name} umbenennen</translation>
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
        <source>Forgetting</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Geblieben</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>Gezeigt</translation>
    </message>
    <message>
        <source>Mean over the last step, in nats per token</source>
        <translation>Mittel über den letzten Schritt, in nats pro Token</translation>
    </message>
    <message>
        <source>How far the answers to what the base knew have moved: mean KL from the base, in nats</source>
        <translation>Wie weit sich die Antworten auf das verschoben haben, was die Basis wusste: mittlere KL zur Basis, in nats</translation>
    </message>
    <message>
        <source>How many of these answers are still first</source>
        <translation>Wie viele dieser Antworten noch vorn stehen</translation>
    </message>
    <message>
        <source>Whether the answers show it</source>
        <translation>Ob die Antworten sie zeigen</translation>
    </message>
    <message>
        <source>The base is always shown.</source>
        <translation>Die Basis wird immer gezeigt.</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>gezeigt</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>verborgen</translation>
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
        <source>{method}, stopped by an error</source>
        <translation>{method}, mit einem Fehler angehalten</translation>
    </message>
    <message>
        <source>Not stored on disk.</source>
        <translation>Nicht auf der Platte gespeichert.</translation>
    </message>
    <message>
        <source>Its run was stopped by an error; this is what it had learned until then.</source>
        <translation>Ihr Lauf hielt mit einem Fehler an; dies hatte sie bis dahin gelernt.</translation>
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
    <message>
        <source>Not measured.</source>
        <translation>Nicht gemessen.</translation>
    </message>
    <message>
        <source>mean KL from the base on what it knew: {kl} nats</source>
        <translation>mittlere KL zur Basis auf dem, was sie wusste: {kl} nats</translation>
    </message>
    <message>
        <source>mean KL from the base on what it knew: {kl} nats; first answers kept: {kept}</source>
        <translation>mittlere KL zur Basis auf dem, was sie wusste: {kl} nats; erste Antworten geblieben: {kept}</translation>
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
<context>
    <name>WindowLinks</name>
    <message>
        <source>use another recipe</source>
        <translation>anderes Rezept verwenden</translation>
    </message>
    <message>
        <source>The settings and the datasets are those of “{name}” now.</source>
        <translation>Einstellungen und Datensätze sind jetzt die von „{name}“.</translation>
    </message>
</context>
<context>
    <name>WindowRow</name>
    <message>
        <source>Window {number}</source>
        <translation>Fenster {number}</translation>
    </message>
    <message>
        <source>{token}: {role}; number {id}, position {position}</source>
        <translation>{token}: {role}; Nummer {id}, Position {position}</translation>
    </message>
    <message>
        <source>{count} × padding</source>
        <translation>{count} × Auffüllung</translation>
    </message>
</context>
<context>
    <name>WorkspaceNotices</name>
    <message>
        <source>{name} was interrupted at step {step} of {steps}.</source>
        <translation>{name} wurde bei Schritt {step} von {steps} unterbrochen.</translation>
    </message>
    <message>
        <source>It can go on exactly where it was. The list of runs offers that later, too.</source>
        <translation>Er kann genau dort weitergehen, wo er war. Die Liste der Läufe bietet das auch später an.</translation>
    </message>
    <message>
        <source>&amp;Leave it</source>
        <translation>Da&amp;bei lassen</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>{name} was trained on {base}, which is not open.</source>
        <translation>{name} wurde auf {base} trainiert, und das ist nicht geöffnet.</translation>
    </message>
    <message>
        <source>What stands on the board goes, and comes back when its base is opened again.</source>
        <translation>Was neben der Basis steht, geht, und kommt zurück, wenn sie wieder geöffnet wird.</translation>
    </message>
    <message>
        <source>&amp;Open and resume</source>
        <translation>Ö&amp;ffnen und fortsetzen</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) wait in the queue.</source>
        <translation>
            <numerusform>%n Lauf wartet in der Warteschlange.</numerusform>
            <numerusform>%n Läufe warten in der Warteschlange.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>{count} adapters that stood on the board are not on the disk any more.</source>
        <translation>{count} Adapter, die neben der Basis standen, sind nicht mehr auf der Platte.</translation>
    </message>
    <message>
        <source>“{name}” stood on the board, and is not on the disk any more.</source>
        <translation>„{name}“ stand neben der Basis und ist nicht mehr auf der Platte.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Take off the board</source>
        <translation>Ab&amp;nehmen</translation>
    </message>
</context>
<context>
    <name>_TextCell</name>
    <message>
        <source>Name of the run</source>
        <translation>Name des Laufs</translation>
    </message>
    <message>
        <source>Note on the run</source>
        <translation>Notiz zum Lauf</translation>
    </message>
</context>
<context>
    <name>draft</name>
    <message>
        <source>Change the pinned prompts</source>
        <translation>Angeheftete Prompts ändern</translation>
    </message>
</context>
</TS>

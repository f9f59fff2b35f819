"""One file a panel."""

from lora_studio.ui.panels.compare_panel import ComparePanel
from lora_studio.ui.panels.continue_panel import ContinuePanel
from lora_studio.ui.panels.data_panel import DataPanel
from lora_studio.ui.panels.inspector_panel import InspectorPanel
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.panels.mixer_panel import MixerPanel
from lora_studio.ui.panels.probe_panel import ProbePanel
from lora_studio.ui.panels.runs_panel import RunsPanel
from lora_studio.ui.panels.training_panel import TrainingPanel
from lora_studio.ui.panels.variants_panel import VariantsPanel

# Explicit, so that a frozen bundle sees every panel; the order is that of the View menu and of Ctrl+1 … Ctrl+9, Ctrl+0.
PANELS = (
    DataPanel,
    ProbePanel,
    TrainingPanel,
    MethodPanel,
    VariantsPanel,
    RunsPanel,
    MixerPanel,
    ComparePanel,
    InspectorPanel,
    ContinuePanel,
)

__all__ = [
    "PANELS",
    "ComparePanel",
    "ContinuePanel",
    "DataPanel",
    "InspectorPanel",
    "MethodPanel",
    "MixerPanel",
    "ProbePanel",
    "RunsPanel",
    "TrainingPanel",
    "VariantsPanel",
]

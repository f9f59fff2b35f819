"""One file a panel."""

from lora_studio.ui.panels.data_panel import DataPanel
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.panels.probe_panel import ProbePanel
from lora_studio.ui.panels.training_panel import TrainingPanel
from lora_studio.ui.panels.variants_panel import VariantsPanel

# Explicit, so that a frozen bundle sees every panel; the order is that of the View menu and of Ctrl+1 … Ctrl+5.
PANELS = (DataPanel, ProbePanel, TrainingPanel, MethodPanel, VariantsPanel)

__all__ = ["PANELS", "DataPanel", "MethodPanel", "ProbePanel", "TrainingPanel", "VariantsPanel"]

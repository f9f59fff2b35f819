"""The reference experiments, as recipes. Importing this loads no torch; running one does."""

from lora_studio.core.experiments.experiment import EXPERIMENTS, Experiment, Progress, experiment_named

__all__ = ["EXPERIMENTS", "Experiment", "Progress", "experiment_named"]

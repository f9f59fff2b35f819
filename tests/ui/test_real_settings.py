"""The method panel beside a real model: its layers, its presets, what usually suits it, and what is folded away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from lora_studio.core.methods import METHODS, Lora, Method
from lora_studio.core.methods.full import FullFineTuning
from lora_studio.core.presets import preset_of, presets_for
from lora_studio.core.recipe import Protection
from lora_studio.core.summaries import LayerShape, ModelSummary
from lora_studio.core.usual import fitting, usual_learning_rate, usual_method, usual_training
from lora_studio.ui.bridge import Bridge
from lora_studio.ui.panels.method_panel import MethodPanel
from lora_studio.ui.widgets.block_diagram import BlockDiagram
from lora_studio.ui.widgets.layer_groups import MINI_GPT, layer_groups
from tests.ui.fakes import MODEL, FakeSession

pytestmark = pytest.mark.usefixtures("english")


def layers(**parts: tuple[str, ...]) -> tuple[LayerShape, ...]:
    return tuple(LayerShape(name, part, 64, 64, 4) for part, names in parts.items() for name in names)


QWEN = ModelSummary(
    "Qwen3-8B", "/models/qwen3", "qwen3", 8_190_735_360, "CUDA:0", 40_960, frozenset(), spells_everything=True,
    dtype="bfloat16", blocks=36, width=4096, vocabulary=151_936, bytes=16_381_470_720,
    layers=layers(
        attention=("q_proj", "k_proj", "v_proj", "o_proj"), feed_forward=("gate_proj", "up_proj", "down_proj")
    ),
)  # fmt: skip
GPT2 = replace(
    QWEN,
    name="GPT-2",
    family="gpt2",
    layers=layers(attention=("c_attn", "attn.c_proj"), feed_forward=("c_fc", "mlp.c_proj")),
)
UNKNOWN = replace(QWEN, name="Odd", family="odd", layers=layers(other=("mix_in", "mix_out")))


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def panel(qtbot: QtBot, session: FakeSession) -> MethodPanel:
    bridge = Bridge()
    panel = MethodPanel(session.as_session(), bridge)
    qtbot.addWidget(panel, before_close_func=lambda _: bridge.close())
    panel.show()
    return panel


def open_model(session: FakeSession, model: ModelSummary) -> None:
    """As the session does it: the settings of its kind come with it."""
    session.model = model
    session.method = usual_method(Lora, model)
    session.training = usual_training(model)
    session.settings_changed.emit()
    session.model_ready.emit(model)


def drawn(panel: MethodPanel) -> list[str]:
    diagram = panel.method_form.editor("targets")
    assert isinstance(diagram, BlockDiagram)
    return [box.value for box in diagram.boxes()]


@pytest.mark.parametrize("model", [QWEN, GPT2, UNKNOWN], ids=lambda model: model.name)
def test_the_block_is_drawn_from_the_models_own_layers(
    panel: MethodPanel, session: FakeSession, model: ModelSummary
) -> None:
    open_model(session, model)
    assert drawn(panel) == [layer.name for layer in model.layers]
    assert panel.is_valid()
    open_model(session, MODEL)
    assert drawn(panel) == [name for group in MINI_GPT for name in group.names]


def test_families_without_known_parts_are_a_plain_list() -> None:
    assert [group.kind for group in layer_groups(UNKNOWN)] == ["other"]
    assert layer_groups(None) == MINI_GPT


def test_presets_are_those_of_the_kind_of_model(panel: MethodPanel, session: FakeSession) -> None:
    before = panel.preset_combo.count()
    open_model(session, QWEN)
    assert [panel.preset_combo.itemData(i) for i in range(panel.preset_combo.count())] == [
        preset.name for preset in presets_for(QWEN)
    ]
    assert panel.preset_combo.currentData() == "adapt"
    panel.choose_preset(3)
    assert session.training.checkpointing
    assert session.method.name == "qlora"
    open_model(session, MODEL)
    assert panel.preset_combo.count() == before


def test_undo_does_not_bring_settings_for_another_kind_of_model(panel: MethodPanel, session: FakeSession) -> None:
    panel.choose_preset(2)
    assert panel.undo_stack.canUndo()
    open_model(session, QWEN)
    assert not panel.undo_stack.canUndo()


def test_another_method_comes_with_what_suits_the_model(panel: MethodPanel, session: FakeSession) -> None:
    open_model(session, QWEN)
    panel.choose_method(METHODS.index(FullFineTuning))
    assert session.training.learning_rate == 1e-5
    panel.choose_method([method.name for method in METHODS].index("prompt"))
    assert session.training.learning_rate == 1e-2
    assert getattr(session.method, "tokens", None) == 20


def test_unfolding_is_remembered_for_the_next_panel(panel: MethodPanel, session: FakeSession, qtbot: QtBot) -> None:
    button = panel.training_form.more_button
    assert button is not None
    button.click()
    assert panel.training_form.editor("schedule").isVisible()
    bridge = Bridge()
    again = MethodPanel(session.as_session(), bridge)
    qtbot.addWidget(again, before_close_func=lambda _: bridge.close())
    again.show()
    assert again.training_form.editor("schedule").isVisible()
    assert again.minimumSizeHint().width() <= 330


# What is usual


@pytest.mark.parametrize("kind", METHODS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("model", [QWEN, GPT2, UNKNOWN], ids=lambda model: model.name)
def test_usual_settings_fit_the_model(kind: type[Method], model: ModelSummary) -> None:
    method = usual_method(kind, model)
    assert fitting(method, model) is method
    assert type(method).model_validate(method.model_dump()) == method
    assert usual_training(model, kind).learning_rate == usual_learning_rate(kind, model)


def test_mini_gpt_keeps_what_it_had() -> None:
    for kind in METHODS:
        assert usual_method(kind, MODEL) == kind()
        assert usual_learning_rate(kind, MODEL) == kind.usual_learning_rate


def test_layers_that_a_model_lacks_give_way_to_its_attention() -> None:
    assert fitting(Lora(targets=("q_proj", "v_proj")), GPT2).model_dump()["targets"] == ("c_attn", "attn.c_proj")
    assert fitting(Lora(targets=("c_attn", "v_proj")), GPT2).model_dump()["targets"] == ("c_attn",)
    every = Lora(targets=("all-linear",))
    assert fitting(every, GPT2) is every


def test_a_large_model_on_a_small_computer_begins_with_one_row_at_once() -> None:
    small = replace(QWEN, device="CPU", bytes=1 << 60)
    assert usual_training(small).batch_size == 1
    assert usual_training(QWEN).batch_size == 4


def test_a_preset_without_datasets_is_itself_whatever_is_ticked() -> None:
    preset = presets_for(QWEN)[0]
    found = preset_of(preset.method, preset.training, ("anything",), Protection(), presets_for(QWEN))
    assert found == preset


def test_what_is_usual_for_a_model_does_not_count_as_changed(panel: MethodPanel, session: FakeSession) -> None:
    open_model(session, QWEN)
    button = panel.training_form.more_button
    assert button is not None
    assert button.text() == "More settings"
    session.set_training(session.training.model_copy(update={"clipping": 0.5}))
    assert button.text() == "More settings · 1 changed"

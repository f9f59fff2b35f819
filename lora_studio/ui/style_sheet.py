"""The style sheet: quiet, flat, hairlines; the accent is for Train and for the focus only.

A widget chooses a look by a property: role = "muted", "heading", "error", "primary", "chip", "flat"; invalid = true.
"""

from __future__ import annotations

from lora_studio import paths
from lora_studio.ui.theme import Colors


def style_sheet(colors: Colors) -> str:
    """The whole style sheet of the application in these colours."""
    return "".join(part(colors) for part in (_chrome, _buttons, _fields, _views, _texts))


def _picture(name: str, colors: Colors) -> str:
    path = paths.resources() / "icons" / f"{name}_{'dark' if colors.dark else 'light'}.svg"
    return f'url("{path.as_posix()}")'


def _chrome(c: Colors) -> str:
    return f"""
    QMainWindow, QStatusBar, QMenuBar, QToolBar {{ background: {c.window}; }}
    QToolTip {{ color: {c.text}; background: {c.panel}; border: 1px solid {c.edge}; padding: 4px; }}
    QMenuBar {{ border: none; padding: 2px 4px; }}
    QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {c.hover}; }}
    QMenu {{ background: {c.panel}; border: 1px solid {c.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 28px 5px 10px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {c.selection}; color: {c.text}; }}
    QMenu::item:disabled {{ color: {c.muted}; }}
    QMenu::icon {{ padding-left: 6px; }}
    QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 6px; }}
    QToolBar {{ border: none; border-bottom: 1px solid {c.line}; padding: 4px 8px; spacing: 4px; }}
    QToolBar::separator {{ width: 1px; background: {c.line}; margin: 4px 8px; }}
    QMainWindow::separator {{ background: {c.window}; width: 5px; height: 5px; }}
    QMainWindow::separator:hover, QSplitter::handle:hover {{ background: {c.selection}; }}
    QTabBar {{ background: {c.window}; qproperty-drawBase: 0; }}
    QTabBar::tab {{ background: transparent; color: {c.muted}; padding: 5px 12px 4px 12px; border: none;
        border-bottom: 2px solid transparent; }}
    QTabBar::tab:hover {{ color: {c.text}; }}
    QTabBar::tab:selected {{ background: {c.panel}; color: {c.text}; }}
    QTabBar::tab:focus {{ border-bottom-color: {c.accent}; }}
    QSplitter::handle {{ background: {c.window}; }}
    QSplitter::handle:vertical {{ height: 5px; }}
    QSplitter::handle:horizontal {{ width: 5px; }}
    QStatusBar {{ border-top: 1px solid {c.line}; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar > QLabel {{ padding: 2px 8px; }}
    QToolBar[role="panel"] {{ background: transparent; border: none; padding: 0; spacing: 2px; }}
    #qt_toolbar_ext_button {{ padding: 0; }}
    QToolBar[role="panel"] QToolButton {{ color: {c.text}; }}
    QToolBar[role="panel"] QToolButton:disabled {{ color: {c.muted}; }}
    QProgressBar {{ background: {c.line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
    """


def _buttons(c: Colors) -> str:
    return f"""
    QPushButton, QToolButton {{ border: 1px solid {c.edge}; border-radius: 4px; padding: 3px 10px;
        background: {c.panel}; color: {c.text}; }}
    QToolButton, QPushButton[role="flat"] {{ border-color: transparent; background: transparent; padding: 3px 6px; }}
    QPushButton:hover, QToolButton:hover, QPushButton[role="flat"]:hover {{ background: {c.hover}; }}
    QPushButton:pressed, QToolButton:pressed, QToolButton:open {{ background: {c.selection}; }}
    QPushButton:checked, QToolButton:checked {{ background: {c.selection}; border-color: {c.accent}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {c.accent}; padding: 2px 9px; }}
    QToolButton:focus, QPushButton[role="flat"]:focus {{ padding: 2px 5px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {c.muted}; border-color: {c.line}; }}
    QToolButton:disabled, QPushButton[role="flat"]:disabled {{ border-color: transparent; background: transparent; }}
    QToolButton[role="small"] {{ padding: 1px; }}
    QToolButton::menu-indicator {{ image: none; }}
    *[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; padding: 3px 14px;
        font-weight: 600; }}
    *[role="primary"]:hover, *[role="primary"]:pressed {{ background: {c.accent}; border-color: {c.text}; }}
    *[role="primary"]:focus {{ border: 2px solid {c.text}; padding: 2px 13px; }}
    *[role="primary"]:disabled {{ background: {c.hover}; color: {c.muted}; border-color: {c.hover}; }}
    QPushButton[role="search"] {{ border-color: {c.line}; padding: 0; }}
    QPushButton[role="search"]:hover {{ border-color: {c.edge}; background: {c.panel}; }}
    QPushButton[role="chip"] {{ padding: 2px 7px; border-radius: 10px; min-height: 14px; color: {c.muted}; }}
    QPushButton[role="chip"]:checked {{ color: {c.text}; font-weight: 600; }}
    QPushButton[role="chip"]:focus {{ padding: 1px 6px; }}
    QPushButton[invalid="true"] {{ border-color: {c.error}; }}
    """


def _fields(c: Colors) -> str:
    return f"""
    QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox {{ background: {c.field}; color: {c.text};
        border: 1px solid {c.edge}; border-radius: 4px; padding: 2px 6px;
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{
        border: 2px solid {c.accent}; padding: 1px 5px; }}
    QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {c.muted}; border-color: {c.line}; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
    *[invalid="true"] {{ border-color: {c.error}; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: {_picture("chevron_down", c)}; width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {c.panel}; border: 1px solid {c.line}; outline: none;
        selection-background-color: {c.selection}; selection-color: {c.text}; }}
    QComboBox {{ combobox-popup: 0; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 16px; background: transparent;
        subcontrol-origin: border; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
    QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {c.hover}; }}
    QAbstractSpinBox::up-arrow {{ image: {_picture("chevron_up", c)}; width: 10px; height: 10px; }}
    QAbstractSpinBox::down-arrow {{ image: {_picture("chevron_down", c)}; width: 10px; height: 10px; }}
    QCheckBox, QRadioButton {{ spacing: 8px; padding: 2px; border: 1px solid transparent; border-radius: 4px; }}
    QCheckBox::indicator, QAbstractItemView::indicator {{ width: 13px; height: 13px; border: 1px solid {c.edge};
        border-radius: 3px; background: {c.field}; }}
    QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ image: {_picture("check", c)}; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {c.accent}; }}
    """


def _views(c: Colors) -> str:
    return f"""
    QTableView, QTreeView, QListView {{ background: {c.panel}; border: none; gridline-color: {c.line};
        selection-background-color: {c.selection}; selection-color: {c.text}; outline: none; }}
    QTreeView::item, QListView::item {{ padding: 3px 2px; }}
    QHeaderView, QTableCornerButton::section {{ background: {c.panel}; border: none; }}
    QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none;
        border-bottom: 1px solid {c.line}; padding: 3px 8px; }}
    QTableView[role="spacious"]::item {{ padding: 0 6px; }}
    *[dropping="true"] {{ background: {c.selection}; }}
    QScrollArea {{ border: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QScrollBar {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {c.edge}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 28px; }}
    QScrollBar::handle:horizontal {{ min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {c.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _texts(c: Colors) -> str:
    return f"""
    QLabel[role="muted"], QLabel[role="heading"] {{ color: {c.muted}; }}
    QLabel[role="problem"] {{
        background: {c.panel}; color: {c.error}; border: 1px solid {c.error}; border-radius: 4px;
    }}
    QLabel[role="error"] {{ color: {c.error}; }}
    QLabel[role="warning"] {{ color: {c.warning}; }}
    *[role="notice"] {{ background: {c.panel}; border-bottom: 1px solid {c.line}; }}
    *[role="notice"][kind="error"] {{ border-left: 4px solid {c.error}; }}
    *[role="notice"][kind="warning"] {{ border-left: 4px solid {c.warning}; }}
    *[role="notice"][kind="info"], *[role="notice"][kind="question"] {{ border-left: 4px solid {c.accent}; }}
    *[role="notice"][kind="success"] {{ border-left: 4px solid {c.success}; }}
    *[role="card"] {{ background: {c.panel}; border: 1px solid {c.edge}; border-radius: 8px; }}
    *[role="popover"] {{ background: {c.panel}; border: 1px solid {c.edge}; }}
    QLabel[role="formula"] {{ background: {c.window}; padding: 6px 8px; border-radius: 4px; }}
    QLabel[role="success"] {{ color: {c.success}; }}
    """

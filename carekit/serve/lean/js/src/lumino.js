// Of @lumino/widgets what Jupyter's widgets use, from its sources: the one file in which it is published holds menus, docks and a command palette.
export { Panel } from "@lumino/widgets/src/panel.ts";
export { PanelLayout } from "@lumino/widgets/src/panellayout.ts";
export { TabBar } from "@lumino/widgets/src/tabbar.ts";
export { Widget } from "@lumino/widgets/src/widget.ts";

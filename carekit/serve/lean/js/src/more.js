// What few pages show: all of Jupyter's controls (sliders, numbers, colours, pictures) and other people's anywidgets. The page's script loads it when it
// meets one of them, and lends it what both must share.
import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import anywidget from "anywidget";

globalThis.carekitMore({ "@jupyter-widgets/controls": controls, anywidget: anywidget(base) });

// carekit's own widgets: their modules are part of this script, and Python names them instead of sending them (carekit.widgets.element).
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";
import modules from "carekit-elements";

const MODULE = "carekit";
const VERSION = "1.0.0";

export class ElementModel extends DOMWidgetModel {
  defaults() {
    const names = { _model_name: "ElementModel", _view_name: "ElementView", _model_module: MODULE, _view_module: MODULE };
    return { ...super.defaults(), ...names, _model_module_version: VERSION, _view_module_version: VERSION };
  }
}

export class ElementView extends DOMWidgetView {
  async render() {
    super.render();
    const module = modules[this.model.get("_esm")];
    if (!module) throw new Error("this page does not hold the module of a widget; build the script anew");
    this.done = await module.render({ model: this.model, el: this.el });
  }

  remove() {
    this.done?.();
    return super.remove();
  }
}

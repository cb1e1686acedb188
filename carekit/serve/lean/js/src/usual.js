// The classes of Jupyter's controls that most pages show. The others, with what they need beside them, come in a script of their own (more.js).
export { BoxModel, BoxView, GridBoxModel, GridBoxView, HBoxModel, HBoxView, VBoxModel, VBoxView } from "@jupyter-widgets/controls/lib/widget_box";
export { ButtonModel, ButtonStyleModel, ButtonView } from "@jupyter-widgets/controls/lib/widget_button";
export { CheckboxModel, CheckboxStyleModel, CheckboxView, ToggleButtonModel, ToggleButtonStyleModel, ToggleButtonView } from "@jupyter-widgets/controls/lib/widget_bool";
export { DatePickerModel, DatePickerView } from "@jupyter-widgets/controls/lib/widget_date";
export { DescriptionModel, DescriptionStyleModel, DescriptionView } from "@jupyter-widgets/controls/lib/widget_description";
export { DropdownModel, DropdownView, RadioButtonsModel, RadioButtonsView, SelectModel, SelectMultipleModel, SelectMultipleView, SelectView } from "@jupyter-widgets/controls/lib/widget_selection";
export { AccordionModel, AccordionView, TabModel, TabView } from "@jupyter-widgets/controls/lib/widget_selectioncontainer";
export { HTMLModel, HTMLStyleModel, HTMLView, LabelModel, LabelStyleModel, LabelView, TextareaModel, TextareaView, TextModel, TextStyleModel, TextView } from "@jupyter-widgets/controls/lib/widget_string";

// Stands in for jQuery (57 KB, and half of the time in which the page's script begins): Jupyter's widgets only wrap the one element of a view in it.
export default function OneElement(element) {
  if (!(this instanceof OneElement)) return new OneElement(element);
  this[0] = element;
  this.length = 1;
}

/** What anywidget asks of it before it draws a widget. */
OneElement.prototype.empty = function empty() {
  this[0].replaceChildren();
  return this;
};

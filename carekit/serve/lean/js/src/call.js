// Stands in the page itself, behind the name of its kernel: the socket is open when the page's script, which is larger, has arrived and was read.
import { newLine } from "./line.js";

globalThis.carekitLine = newLine(JSON.parse(document.getElementById("jupyter-config-data").textContent));

// What `@jupyter-widgets/base-manager` asks of sanitize-html (400 KB with its parser), by the browser's own parser.
import DOMPurify from "dompurify";

export default function sanitize(html, { allowedTags }) {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ["class", "style", "title", "href", "src"],
    ALLOW_ARIA_ATTR: true,
    ALLOW_DATA_ATTR: false,
  });
}

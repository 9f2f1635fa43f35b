//! HTML as text: escaping, tables, and the shell that every page shares.
//!
//! Records are untrusted: they may come from a stored history that anybody wrote. So text becomes [`Html`] only
//! by being escaped, or by being written here as a literal. What is produced is well-formed XML as well as HTML,
//! so that a small parser can prove that nothing broke out of its element. Styles and the one script are inline;
//! the page forbids itself to load anything.

use std::fmt::Write;

/// Markup that is safe to put into a page as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

/// The style sheet of all pages.
const STYLE: &str = include_str!("page.css");

/// Copies a replay line; the button is hidden where there is no script.
const SCRIPT: &str = include_str!("page.js");

/// Escapes text for element content and for quoted attributes.
///
/// Control characters, which HTML forbids, and marks that reorder text, with which a record could make a line
/// read differently from what it says, become visible replacement characters.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {
                out.push('\u{fffd}');
            }
            control if control.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

impl Html {
    /// Nothing.
    pub(crate) fn new() -> Html {
        Html::default()
    }

    /// Text, escaped.
    pub(crate) fn text(text: &str) -> Html {
        Html(escape(text))
    }

    /// Markup that this crate wrote itself: a literal, or one whose inserted parts were escaped.
    pub(crate) fn markup(markup: impl Into<String>) -> Html {
        Html(markup.into())
    }

    /// Text in a monospaced face.
    pub(crate) fn code(text: &str) -> Html {
        Html(format!("<code>{}</code>", escape(text)))
    }

    /// Appends.
    pub(crate) fn push(&mut self, other: &Html) -> &mut Html {
        self.0.push_str(&other.0);
        self
    }

    /// Appends text, escaped.
    pub(crate) fn push_text(&mut self, text: &str) -> &mut Html {
        self.0.push_str(&escape(text));
        self
    }

    /// Appends markup; see [`Html::markup`].
    pub(crate) fn push_markup(&mut self, markup: &str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    /// Appends a paragraph in the quieter tone.
    pub(crate) fn note(&mut self, text: &str) -> &mut Html {
        let _ = writeln!(self.0, "<p class=\"note\">{}</p>", escape(text));
        self
    }

    /// Appends a section with its heading, unless there is nothing to put in it.
    pub(crate) fn section(&mut self, id: &'static str, title: &str, body: &Html) -> &mut Html {
        if !body.is_empty() {
            let title = escape(title);
            let _ = writeln!(
                self.0,
                "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n{}</section>",
                body.0
            );
        }
        self
    }

    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line that can be copied, in a box of its own.
pub(crate) fn copyable(label: &str, line: &str) -> Html {
    if line.is_empty() {
        return Html::new();
    }
    let (label, line) = (escape(label), escape(line));
    Html(format!(
        "<div class=\"copy\"><span class=\"label\">{label}</span><code tabindex=\"0\">{line}</code>\
         <button type=\"button\" hidden=\"hidden\">Copy</button></div>\n"
    ))
}

/// Names and values, side by side.
pub(crate) fn definitions<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Html {
    let mut out = Html::new();
    for (name, value) in pairs {
        let _ = writeln!(out.0, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
    }
    if out.is_empty() { out } else { Html(format!("<dl class=\"pairs\">\n{}</dl>\n", out.0)) }
}

/// The few numbers that come first: a large value over its name.
pub(crate) fn key_figures(figures: &[(&str, String)]) -> Html {
    let mut out = String::from("<dl class=\"figures\">\n");
    for (name, value) in figures {
        let _ = writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
    }
    Html(out + "</dl>\n")
}

/// A part of a whole as a bar; the number stands beside it, so the bar may be missed.
pub(crate) fn bar(part: u64, whole: u64) -> Html {
    let share = if whole == 0 { 0.0 } else { (part as f64 / whole as f64).clamp(0.0, 1.0) };
    // A sliver stays visible: something is not nothing.
    let width = if part == 0 { 0.0 } else { (share * 100.0).max(1.5) };
    Html(format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"bar-back\" width=\"100\" height=\"8\"/><rect class=\"bar-fill\" width=\"{width:.1}\" height=\"8\"/></svg>"
    ))
}

/// A table that scrolls in a box of its own on a narrow screen.
#[derive(Debug)]
pub(crate) struct Table {
    caption: String,
    columns: Vec<(String, bool)>,
    rows: String,
    empty: bool,
}

impl Table {
    /// A table without rows. The caption is for those who cannot see the heading above.
    pub(crate) fn new(caption: &str) -> Table {
        Table { caption: escape(caption), columns: Vec::new(), rows: String::new(), empty: true }
    }

    /// Adds a column of words.
    pub(crate) fn words(mut self, title: &str) -> Table {
        self.columns.push((escape(title), false));
        self
    }

    /// Adds a column of numbers.
    pub(crate) fn numbers(mut self, title: &str) -> Table {
        self.columns.push((escape(title), true));
        self
    }

    /// Adds a row. The first cell is its heading.
    pub(crate) fn row(&mut self, class: &'static str, cells: &[Html]) {
        self.empty = false;
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = write!(self.rows, "<tr{class}>");
        for (index, cell) in cells.iter().enumerate() {
            let numeric = self.columns.get(index).is_some_and(|&(_, numeric)| numeric);
            let class = if numeric { " class=\"number\"" } else { "" };
            let _ = match index {
                0 => write!(self.rows, "<th scope=\"row\"{class}>{}</th>", cell.0),
                _ => write!(self.rows, "<td{class}>{}</td>", cell.0),
            };
        }
        self.rows.push_str("</tr>\n");
    }

    /// The table, or nothing when it has no rows.
    pub(crate) fn html(&self) -> Html {
        if self.empty {
            return Html::new();
        }
        let mut head = String::new();
        for (title, numeric) in &self.columns {
            let class = if *numeric { " class=\"number\"" } else { "" };
            let _ = write!(head, "<th scope=\"col\"{class}>{title}</th>");
        }
        Html(format!(
            "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" tabindex=\"0\"><table>\n\
             <caption>{0}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{1}</tbody>\n</table></div>\n",
            self.caption, self.rows
        ))
    }
}

/// The whole page around a body. `json` is the name of the record beside it.
pub(crate) fn page(title: &str, body: &Html, json: &str) -> String {
    let (title, json) = (escape(title), escape(json));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\"/>\n\
         <link rel=\"icon\" href=\"data:,\"/>\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <main>\n{}</main>\n<footer><p>Written by Tribunal. The same as data: <a href=\"{json}\">{json}</a></p></footer>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        body.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out() {
        assert_eq!(escape("<b a=\"'x'\">&"), "&lt;b a=&quot;&#39;x&#39;&quot;&gt;&amp;");
        assert_eq!(escape("a\u{0}\u{1b}\u{202e}b\n"), "a\u{fffd}\u{fffd}\u{fffd}b\n");
        assert_eq!(escape("Grüße, 東京"), "Grüße, 東京");
    }

    #[test]
    fn what_is_empty_leaves_no_trace() {
        let mut out = Html::new();
        out.section("faults", "Faults", &Table::new("none").words("class").html());
        assert!(out.is_empty());
        assert!(copyable("Replay", "").is_empty());
        assert!(definitions([]).is_empty());
    }

    #[test]
    fn a_bar_stays_within_its_box() {
        assert!(bar(7, 2).as_str().contains("width=\"100.0\""));
        assert!(bar(1, u64::MAX).as_str().contains("width=\"1.5\""));
        assert!(bar(0, 0).as_str().contains("width=\"0.0\""));
    }

    #[test]
    fn style_and_script_hold_nothing_that_ends_them() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("http"));
        }
    }
}

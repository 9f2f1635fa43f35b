//! Charts over time, drawn by plotters and dressed for the page.
//!
//! Plotters writes colours as attributes. It is given a few sentinel colours that are replaced by the page's
//! variables afterwards, so that one drawing suits light and dark. Each chart is drawn twice, for a wide and for a
//! narrow screen, because letters that shrink with the drawing cannot be read on a phone. Plotters knows no font
//! metrics here; it only guesses where labels end, so the margins are ours.

use crate::html::{Html, escape};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::fmt::Write;

/// A line of a chart.
#[derive(Debug)]
pub(crate) struct Series {
    /// Its name in the legend.
    pub(crate) name: &'static str,
    /// Points in order; a missing value interrupts the line.
    pub(crate) points: Vec<(f64, Option<f64>)>,
}

/// A chart over time.
#[derive(Debug)]
pub(crate) struct Chart {
    /// What it shows, with the unit.
    pub(crate) title: &'static str,
    /// One sentence for those who cannot see it.
    pub(crate) summary: String,
    /// The words under the time axis.
    pub(crate) time_axis: &'static str,
    /// Up to three lines.
    pub(crate) series: Vec<Series>,
    /// Whether the vertical axis goes by powers of ten.
    pub(crate) logarithmic: bool,
}

const INK: RGBColor = RGBColor(1, 0, 1);
const RULE: RGBColor = RGBColor(2, 0, 2);
const LINES: [RGBColor; 3] = [RGBColor(3, 0, 3), RGBColor(4, 0, 4), RGBColor(5, 0, 5)];

/// What stands for each sentinel in the page. Lines also differ in their dashes: colour is not all that tells
/// them apart.
const DRESS: [(&str, &str); 5] = [
    ("=\"#010001\"", "=\"var(--quiet)\""),
    ("=\"#020002\"", "=\"var(--rule)\""),
    ("stroke=\"#030003\"", "stroke=\"var(--series-1)\""),
    ("stroke=\"#040004\"", "stroke=\"var(--series-2)\" stroke-dasharray=\"7 3\""),
    ("stroke=\"#050005\"", "stroke=\"var(--series-3)\" stroke-dasharray=\"2 3\""),
];
const DASHES: [&str; 3] = ["", " stroke-dasharray=\"7 3\"", " stroke-dasharray=\"2 3\""];

impl Chart {
    /// The figure, or nothing when no line has two points.
    pub(crate) fn html(&self) -> Html {
        if !self
            .series
            .iter()
            .any(|series| series.points.iter().filter(|point| point.1.is_some()).count() > 1)
        {
            return Html::new();
        }
        let wide = self.draw((940, 230), "wide");
        let narrow = self.draw((400, 230), "narrow");
        let (Some(wide), Some(narrow)) = (wide, narrow) else { return Html::new() };
        let mut keys = String::new();
        for (index, series) in self.series.iter().enumerate() {
            let _ = write!(
                keys,
                "<li><svg viewBox=\"0 0 26 12\" aria-hidden=\"true\"><line x1=\"1\" x2=\"25\" y1=\"6\" y2=\"6\" \
                 stroke=\"var(--series-{})\" stroke-width=\"2\"{}/></svg>{}</li>",
                index + 1,
                DASHES[index.min(2)],
                escape(series.name)
            );
        }
        Html::markup(format!(
            "<figure>\n<figcaption>{}</figcaption>\n<ul class=\"keys\">{keys}</ul>\n{wide}{narrow}</figure>\n",
            escape(self.title)
        ))
    }

    fn draw(&self, size: (u32, u32), class: &str) -> Option<String> {
        let mut raw = String::new();
        {
            let area = SVGBackend::with_string(&mut raw, size).into_drawing_area();
            let drawn = if self.logarithmic { self.draw_logarithmic(&area) } else { self.draw_linear(&area) };
            drawn.ok()?;
            area.present().ok()?;
        }
        // Everything up to the end of plotters' own opening tag gives way to ours.
        let (_, inner) = raw.split_once("xmlns=\"http://www.w3.org/2000/svg\">")?;
        let mut inner = inner.replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "");
        for (sentinel, dress) in DRESS {
            inner = inner.replace(sentinel, dress);
        }
        Some(format!(
            "<svg class=\"chart {class}\" viewBox=\"0 0 {} {}\" role=\"img\"><title>{}</title>{}\n",
            size.0,
            size.1,
            escape(&format!("{}. {}", self.title, self.summary)),
            inner.trim()
        ))
    }

    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.series.iter().flat_map(|series| series.points.iter().filter_map(|point| point.1))
    }

    fn time_range(&self) -> std::ops::Range<f64> {
        let times = || self.series.iter().flat_map(|series| series.points.iter().map(|point| point.0));
        let (first, last) = (times().fold(f64::MAX, f64::min), times().fold(0.0, f64::max));
        first.min(last)..last.max(first + 1e-6)
    }

    fn draw_linear(&self, area: &Area<'_>) -> Drawn {
        let top = self.values().fold(0.0, f64::max).max(1.0) * 1.05;
        let mut chart = builder(area).build_cartesian_2d(self.time_range(), 0.0..top)?;
        let mut mesh = chart.configure_mesh();
        mesh.y_labels(5).y_label_formatter(&|value| short(*value));
        dress_mesh(&mut mesh, self.time_axis, area.dim_in_pixel().0).draw()?;
        self.lines(|points, style| chart.draw_series(LineSeries::new(points, style)).map(drop))
    }

    fn draw_logarithmic(&self, area: &Area<'_>) -> Drawn {
        let positive = || self.values().filter(|value| *value > 0.0);
        let top = 10f64.powf(positive().fold(0.001, f64::max).log10().ceil()).max(0.01);
        let bottom = 10f64.powf(positive().fold(top / 10.0, f64::min).log10().floor()).max(1e-6);
        let decade = |value: &f64| {
            let exponent = value.log10();
            if (exponent - exponent.round()).abs() < 1e-6 { short(*value) } else { String::new() }
        };
        let mut chart = builder(area).build_cartesian_2d(self.time_range(), (bottom..top).log_scale())?;
        let mut mesh = chart.configure_mesh();
        mesh.y_labels(6).y_label_formatter(&decade);
        dress_mesh(&mut mesh, self.time_axis, area.dim_in_pixel().0).draw()?;
        self.lines(|points, style| chart.draw_series(LineSeries::new(points, style)).map(drop))
    }

    /// Hands each unbroken stretch of each line to `draw`.
    fn lines(&self, mut draw: impl FnMut(Vec<(f64, f64)>, ShapeStyle) -> Drawn) -> Drawn {
        for (index, series) in self.series.iter().enumerate() {
            let style = LINES[index.min(2)].stroke_width(2);
            for stretch in series.points.split(|point| point.1.is_none()) {
                let points = stretch.iter().filter_map(|&(at, value)| Some((at, value?))).collect();
                draw(points, style)?;
            }
        }
        Ok(())
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Mesh<'a, 'b, 's, X, Y> = plotters::chart::MeshStyle<'a, 'b, X, Y, SVGBackend<'s>>;
type Drawn = Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>>;

fn builder<'a, 'b>(area: &'a Area<'b>) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(area);
    builder.margin_top(8).margin_right(16).x_label_area_size(38).y_label_area_size(46);
    builder
}

/// Quiet grid lines across, none down.
fn dress_mesh<'m, 'a, 'b, 's, X, Y>(
    mesh: &'m mut Mesh<'a, 'b, 's, X, Y>,
    time_axis: &str,
    width: u32,
) -> &'m mut Mesh<'a, 'b, 's, X, Y>
where
    X: Ranged<ValueType = f64> + plotters::coord::ranged1d::ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + plotters::coord::ranged1d::ValueFormatter<f64>,
{
    // Plotters sets letters 1.24 times smaller than it is told.
    let letters = ("sans-serif", 15).into_font().color(&INK);
    mesh.disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RULE)
        .axis_style(RULE)
        .x_labels(if width > 600 { 10 } else { 5 })
        .x_desc(time_axis)
        .axis_desc_style(letters.clone())
        .label_style(letters)
}

/// A value on an axis, short.
fn short(value: f64) -> String {
    let (value, unit) = match value.abs() {
        1e9.. => (value / 1e9, "G"),
        1e6.. => (value / 1e6, "M"),
        1e3.. => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = format!("{value:.3}");
    format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[Option<f64>], logarithmic: bool) -> Chart {
        let points = values.iter().enumerate().map(|(index, &value)| (index as f64, value)).collect();
        Chart {
            title: "Requests",
            summary: "Some.".to_owned(),
            time_axis: "seconds",
            series: vec![Series { name: "send", points }],
            logarithmic,
        }
    }

    #[test]
    fn colours_are_the_pages_own() {
        for logarithmic in [false, true] {
            let html = chart(&[Some(1.0), Some(2.5), None, Some(40.0), Some(3.0)], logarithmic).html();
            assert!(html.as_str().contains("var(--series-1)"));
            assert!(!html.as_str().contains("\"#") && !html.as_str().contains("http"), "{}", html.as_str());
        }
    }

    #[test]
    fn odd_values_still_draw() {
        for values in [[Some(0.0), Some(0.0)], [Some(1.8e13), Some(1e-9)], [Some(5.0), Some(5.0)]] {
            for logarithmic in [false, true] {
                assert!(!chart(&values, logarithmic).html().is_empty(), "{values:?}");
            }
        }
    }

    #[test]
    fn a_single_point_is_no_chart() {
        assert!(chart(&[Some(1.0), None], false).html().is_empty());
    }

    #[test]
    fn axis_labels_are_short() {
        assert_eq!(short(12_000.0), "12k");
        assert_eq!(short(0.25), "0.25");
        assert_eq!(short(1.5e6), "1.5M");
    }
}

//! The plot: speed by the size of the data, both on logarithmic scales, as SVG. The background is
//! transparent, and the colours are readable on white and on black.

use std::fmt::Write as _;

use crate::report::size_name;

/// The speeds (GB/s) of one contender, by size (bytes).
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(usize, f64)>,
}

pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
}

/// A line's colour, its width, and its dashes for readers who cannot distinguish the colours.
const STYLES: [(&str, f64, &str); 5] = [
    ("#1f7ae0", 3.5, ""),
    ("#cf5a12", 2.0, "7 4"),
    ("#1f9347", 2.0, "2 4"),
    ("#a04fd6", 2.0, "10 3 2 3"),
    ("#d63a5e", 2.0, "14 5"),
];

const PANEL_HEIGHT: usize = 340;
/// The edges of the axes within a panel.
const LEFT: f64 = 52.0;
const RIGHT: f64 = 542.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 292.0;
/// The range of the vertical axis, GB/s.
const LOWEST: f64 = 0.2;
const HIGHEST: f64 = 500.0;

/// These panels, one above the other, and `footer` below them.
pub(crate) fn svg(panels: &[Panel], footer: &str) -> String {
    let height = PANEL_HEIGHT * panels.len() + 28;
    let drawn = panels.iter().enumerate().map(|(number, panel)| {
        let y = number * PANEL_HEIGHT;
        format!("<g transform=\"translate(0 {y})\">\n{}</g>\n", draw(panel))
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"#757b84\">\n{}{}</svg>\n",
        drawn.collect::<String>(),
        text(LEFT, height as f64 - 12.0, "font-size=\"12\"", footer)
    )
}

fn draw(panel: &Panel) -> String {
    let sizes: Vec<usize> = panel.lines[0].points.iter().map(|point| point.0).collect();
    let (smallest, largest) = (sizes[0], sizes[sizes.len() - 1]);
    let x = |size: usize| {
        LEFT + position(size as f64, smallest as f64, largest as f64) * (RIGHT - LEFT)
    };
    let y = |speed: f64| BOTTOM - position(speed, LOWEST, HIGHEST) * (BOTTOM - TOP);

    let mut svg = text(LEFT, 22.0, "font-size=\"15\" font-weight=\"600\"", &panel.title);
    svg += &text(LEFT, 42.0, "", "GB/s");
    for speed in [1.0, 10.0, 100.0] {
        svg += &axis((LEFT, y(speed)), (RIGHT, y(speed)));
        svg += &text(LEFT - 8.0, y(speed) + 4.0, "text-anchor=\"end\"", &speed.to_string());
    }
    svg += &axis((LEFT, BOTTOM), (RIGHT, BOTTOM));
    for &size in &sizes {
        svg += &axis((x(size), BOTTOM), (x(size), BOTTOM + 5.0));
        svg += &text(x(size), BOTTOM + 20.0, "text-anchor=\"middle\"", &size_name(size));
    }
    let mut names = Vec::new();
    for (line, (colour, width, dashes)) in panel.lines.iter().zip(STYLES) {
        let point = |&(size, speed)| format!("{:.1},{:.1}", x(size), y(speed));
        let points: Vec<String> = line.points.iter().map(point).collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-dasharray=\"{dashes}\" points=\"{}\"/>",
            points.join(" ")
        );
        names.push((line.points.last().map_or(BOTTOM, |point| y(point.1)), colour, &line.name));
    }
    // Each name stands at the end of its line, or below the name above it.
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for (end, colour, name) in names {
        let style = format!("fill=\"{colour}\" font-weight=\"600\"");
        svg += &text(RIGHT + 8.0, end.max(free) + 4.0, &style, name);
        free = end.max(free) + 17.0;
    }
    svg
}

/// Where `value` lies on a logarithmic scale: 0 at `lowest`, 1 at `highest`.
fn position(value: f64, lowest: f64, highest: f64) -> f64 {
    ((value / lowest).ln() / (highest / lowest).ln()).clamp(0.0, 1.0)
}

fn axis((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> String {
    format!(
        "<path stroke=\"#757b84\" stroke-opacity=\"0.4\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>\n"
    )
}

fn text(x: f64, y: f64, style: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{text}</text>\n")
}

//! The plot: speed by the size of the data. Its colours are readable on white and on black.

use std::fmt::Write as _;

/// The speeds (GB/s) of one contender, by size (bytes).
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(usize, f64)>,
}

pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
}

/// So contrasting with both white and black that small text can be read.
const GREY: &str = "#757b84";
const COLOURS: [&str; 6] = ["#1f7ae0", "#cf5a12", "#1f9347", "#a04fd6", "#d63a5e", GREY];
/// For those who cannot tell the colours apart.
const DASHES: [&str; 6] = ["", "7 4", "2 4", "10 3 2 3", "14 5", "4 2"];

const WIDTH: f64 = 760.0;
const PANEL_HEIGHT: f64 = 340.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 52.0;
const PLOT_WIDTH: f64 = 490.0;
const PLOT_HEIGHT: f64 = 240.0;
/// GB/s at the bottom and at the top.
const SPEEDS: (f64, f64) = (0.2, 500.0);

/// The picture of these panels, one above the other, with `below` written below them.
pub(crate) fn picture(panels: &[Panel], below: &str) -> String {
    let height = PANEL_HEIGHT * panels.len() as f64 + 28.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"{GREY}\">\n"
    );
    for (place, panel) in panels.iter().enumerate() {
        let _ = writeln!(svg, "<g transform=\"translate(0, {})\">", place as f64 * PANEL_HEIGHT);
        draw_panel(&mut svg, panel);
        svg.push_str("</g>\n");
    }
    text(&mut svg, (LEFT, height - 12.0), "font-size=\"12\"", below);
    svg.push_str("</svg>\n");
    svg
}

fn draw_panel(svg: &mut String, panel: &Panel) {
    let bottom = TOP + PLOT_HEIGHT;
    text(svg, (LEFT, 22.0), "font-size=\"15\" font-weight=\"600\"", &panel.title);
    text(svg, (LEFT, 42.0), "", "GB/s");
    for speed in [1.0, 10.0, 100.0] {
        let y = y_of(speed);
        line(svg, (LEFT, y), (LEFT + PLOT_WIDTH, y));
        text(svg, (LEFT - 8.0, y + 4.0), "text-anchor=\"end\"", &speed.to_string());
    }
    line(svg, (LEFT, bottom), (LEFT + PLOT_WIDTH, bottom));
    let sizes: Vec<usize> = panel
        .lines
        .first()
        .map_or(vec![], |line| line.points.iter().map(|point| point.0).collect());
    let (Some(&smallest), Some(&largest)) = (sizes.first(), sizes.last()) else { return };
    let x_of = |size: usize| {
        let steps = (largest as f64 / smallest as f64).log2();
        LEFT + (size as f64 / smallest as f64).log2() / steps * PLOT_WIDTH
    };
    for &size in &sizes {
        let x = x_of(size);
        line(svg, (x, bottom), (x, bottom + 5.0));
        text(svg, (x, bottom + 20.0), "text-anchor=\"middle\"", &size_name(size));
    }
    let mut labels = Vec::new();
    for (number, (colour, dashes)) in COLOURS.iter().zip(DASHES).enumerate() {
        let Some(of_contender) = panel.lines.get(number) else { break };
        let points: Vec<String> = of_contender
            .points
            .iter()
            .map(|&(size, speed)| format!("{:.1},{:.1}", x_of(size), y_of(speed)))
            .collect();
        let width = if number == 0 { 3.5 } else { 2.0 };
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-linejoin=\"round\" stroke-dasharray=\"{dashes}\" points=\"{}\"/>",
            points.join(" ")
        );
        let last = of_contender.points.last().map_or(bottom, |point| y_of(point.1));
        labels.push((last, *colour, &of_contender.name));
    }
    // The names stand at the lines' ends, as far apart as they need.
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for (end, colour, name) in labels {
        let y = end.max(free);
        free = y + 17.0;
        let style = format!("fill=\"{colour}\" font-weight=\"600\"");
        text(svg, (LEFT + PLOT_WIDTH + 8.0, y + 4.0), &style, name);
    }
}

fn y_of(speed: f64) -> f64 {
    let (lowest, highest) = SPEEDS;
    let part = (speed / lowest).ln() / (highest / lowest).ln();
    TOP + PLOT_HEIGHT * (1.0 - part.clamp(0.0, 1.0))
}

fn line(svg: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{GREY}\" \
         stroke-opacity=\"0.4\"/>"
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), style: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{words}</text>");
}

/// A size with its unit.
pub(crate) fn size_name(bytes: usize) -> String {
    match bytes {
        0x10_0000.. => format!("{} MiB", bytes >> 20),
        0x400.. => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} B"),
    }
}

//! The plot: speed by the size of the data, on a transparent background. Its colours are readable
//! on white and on black.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

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

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const GREY: RGBColor = RGBColor(117, 123, 132);
/// Each line's colour, and the lengths of its dashes and gaps for readers who cannot distinguish
/// the colours. The first line is solid.
const STYLES: [(RGBColor, u32, u32); 6] = [
    (RGBColor(31, 122, 224), 0, 0),
    (RGBColor(207, 90, 18), 10, 5),
    (RGBColor(31, 147, 71), 3, 5),
    (RGBColor(160, 79, 214), 18, 4),
    (RGBColor(214, 58, 94), 28, 6),
    (GREY, 4, 2),
];

const WIDTH: u32 = 760;
/// Where the axes begin.
const LEFT: i32 = 52;
const PANEL_HEIGHT: u32 = 340;
const FOOTER_HEIGHT: u32 = 28;
/// Room at the right for the names of the lines.
const NAMES_WIDTH: u32 = 200;
/// GB/s at the bottom and at the top.
const LOWEST: f64 = 0.2;
const HIGHEST: f64 = 500.0;

/// These panels, one above the other, and `footer` below them.
pub(crate) fn svg(panels: &[Panel], footer: &str) -> Result<String, Box<dyn Error>> {
    let mut svg = String::new();
    {
        let height = PANEL_HEIGHT * panels.len() as u32 + FOOTER_HEIGHT;
        let all = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let (above, below) = all.split_vertically(height - FOOTER_HEIGHT);
        for (area, panel) in above.split_evenly((panels.len(), 1)).iter().zip(panels) {
            draw(area, panel)?;
        }
        below.draw(&Text::new(footer, (LEFT, 4), font(12)))?;
        all.present()?;
    }
    Ok(svg)
}

fn font(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&GREY)
}

fn bold(size: u32, colour: RGBColor) -> TextStyle<'static> {
    ("sans-serif", size, FontStyle::Bold).into_font().color(&colour)
}

fn draw(area: &Area<'_>, panel: &Panel) -> Result<(), Box<dyn Error>> {
    let sizes = panel.lines.first().map_or(&[][..], |line| &line.points).iter();
    let sizes: Vec<f64> = sizes.map(|point| point.0 as f64).collect();
    let (&[smallest, ..], &[.., largest]) = (&sizes[..], &sizes[..]) else { return Ok(()) };
    area.draw(&Text::new(panel.title.as_str(), (LEFT, 10), bold(15, GREY)))?;
    area.draw(&Text::new("GB/s", (LEFT, 30), font(14)))?;
    let (left, right) = area.split_horizontally(WIDTH - NAMES_WIDTH);
    let mut chart = ChartBuilder::on(&left)
        .x_label_area_size(48)
        .y_label_area_size(LEFT)
        .margin_top(52)
        .build_cartesian_2d(
            (smallest..largest).log_scale().with_key_points(sizes),
            (LOWEST..HIGHEST).log_scale().with_key_points(vec![1.0, 10.0, 100.0]),
        )?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(GREY.mix(0.4))
        .axis_style(GREY.mix(0.4))
        .x_label_formatter(&|&size| size_name(size as usize))
        .y_label_formatter(&|speed| speed.to_string())
        .label_style(font(14))
        .draw()?;
    let mut names = Vec::new();
    for (line, (colour, dash, gap)) in panel.lines.iter().zip(STYLES) {
        let points = line.points.iter().map(|&(size, speed)| (size as f64, speed));
        let end = points.clone().next_back().unwrap_or((largest, LOWEST));
        names.push((chart.backend_coord(&end).1, colour, &line.name));
        if gap == 0 {
            chart.draw_series(LineSeries::new(points, colour.stroke_width(4)))?;
        } else {
            chart.draw_series(DashedLineSeries::new(points, dash, gap, colour.stroke_width(2)))?;
        }
    }
    // The names stand at the ends of their lines, and as far apart as they need.
    names.sort_by_key(|name| name.0);
    let top = right.get_pixel_range().1.start;
    let mut free = top;
    for (end, colour, name) in names {
        let y = end.max(free);
        free = y + 17;
        let style = bold(14, colour).pos(Pos::new(HPos::Left, VPos::Center));
        right.draw(&Text::new(name.as_str(), (8, y - top), style))?;
    }
    Ok(())
}

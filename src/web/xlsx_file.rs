//! A short list as a spreadsheet. Every cell is a text, so nothing in it is ever calculated.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::PageError;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How wide the columns are, in characters.
const WIDTH: f64 = 28.0;

/// A file of that name; the headings stay in view.
pub(in crate::web) fn download_xlsx<const N: usize>(
    name: &str,
    headings: [&str; N],
    records: &[[String; N]],
) -> Result<HttpResponse, PageError> {
    let bytes = workbook(headings, records).map_err(PageError::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, XLSX))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

fn workbook<const N: usize>(headings: [&str; N], records: &[[String; N]]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // Keys that are typed here stay as they are: no number, no date.
    let (text, bold) = (Format::new().set_num_format("@"), Format::new().set_bold());
    for (heading, column) in headings.iter().zip(0_u16..) {
        sheet.set_column_width(column, WIDTH)?;
        sheet.set_column_format(column, &text)?;
        sheet.write_string_with_format(0, column, *heading, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (record, row) in records.iter().zip(1_u32..) {
        for (value, column) in record.iter().zip(0_u16..) {
            if value.is_empty() {
                sheet.write_blank(row, column, &text)?;
            } else {
                sheet.write_string_with_format(row, column, value, &text)?;
            }
        }
    }
    book.save_to_buffer()
}

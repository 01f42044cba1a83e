//! Reads a CSV file, makes one owned String a field, checks nothing, and prints how many records there were.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: rust-csv-peer FILE")?;
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::StringRecord::new();
    let mut count = 0u64;
    while reader.read_record(&mut record)? {
        let fields: Vec<String> = record.iter().map(String::from).collect();
        std::hint::black_box(&fields);
        count += 1;
    }
    println!("{count}");
    Ok(())
}

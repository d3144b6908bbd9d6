package said

// byteReadings decodes lists of bytes in decimal or octal, and words of base32.
func byteReadings(v view) []view {
	var found []view
	for _, decoded := range []view{numberedBytes(v, 10), numberedBytes(v, 8), base32Words(v, base32Digit), base32Words(v, base32HexDigit)} {
		if len(decoded) > 0 {
			found = append(found, joinUTF8(decoded))
		}
	}
	return found
}

// numberedBytes decodes separate numbers up to 255. Other words end a text.
func numberedBytes(v view, base rune) view {
	const fewest = 4
	var decoded view
	count := 0
	for from, to := range v.runs(isAlnum) {
		if code := numberedByte(v[from:to], base); code > 0 {
			decoded, count = append(decoded, unit{code, v[from].from, v[to-1].to}), count+1
		} else {
			decoded = append(decoded, unit{r: ' '})
		}
	}
	if count < fewest {
		return nil
	}
	return decoded
}

// numberedByte returns the byte with the number that a word is, or 0.
func numberedByte(word view, base rune) rune {
	const longest = 3
	code, ok := number(word, 0, len(word), base)
	if !ok || len(word) > longest || code > 0xFF {
		return 0
	}
	return code
}

// base32Words decodes words of base32, in any case.
func base32Words(v view, in digits) view {
	const shortest, bitsEach, bitsByte = 8, 5, 8
	var decoded view
	for from, to := range v.runs(in.has) {
		if to-from < shortest {
			continue
		}
		bits, have, first := rune(0), 0, from
		for i := from; i < to; i++ {
			bits, have = bits<<bitsEach|in(v[i].r), have+bitsEach
			if have >= bitsByte {
				have -= bitsByte
				decoded = append(decoded, unit{bits >> have & 0xFF, v[first].from, v[i].to})
				first = i
			}
		}
		decoded = append(decoded, unit{r: ' '})
	}
	return decoded
}

package said

// byteReadings returns what the view says where it is a list of bytes in decimal,
// or words of base32.
func byteReadings(v view) []view {
	var found []view
	for _, decoded := range []view{decimalBytes(v), base32Words(v)} {
		if len(decoded) > 0 {
			found = append(found, joinUTF8(decoded))
		}
	}
	return found
}

// decimalBytes decodes numbers up to 255 that are apart. Other words end a text.
func decimalBytes(v view) view {
	const fewest = 4
	var decoded view
	count := 0
	for i := 0; i < len(v); {
		end := i
		for end < len(v) && isAlnum(v[end].r) {
			end++
		}
		code := decimalByte(v[i:end])
		switch {
		case code > 0:
			decoded, count = append(decoded, unit{code, v[i].from, v[end-1].to}), count+1
		case end > i:
			decoded = append(decoded, unit{' ', 0, 0})
		}
		i = max(end, i+1)
	}
	if count < fewest {
		return nil
	}
	return decoded
}

// decimalByte returns the byte that a word is in decimal; 0 if it is none.
func decimalByte(word view) rune {
	const longest = 3
	code := rune(0)
	for _, u := range word {
		if u.r < '0' || u.r > '9' || len(word) > longest {
			return 0
		}
		code = 10*code + u.r - '0'
	}
	if code > 0xFF {
		return 0
	}
	return code
}

// base32Words decodes the words of base32 (RFC 4648, section 6), in any case.
func base32Words(v view) view {
	const shortest, bitsEach, bitsByte = 8, 5, 8
	var decoded view
	for i := 0; i < len(v); {
		end := i
		for end < len(v) && isFiveBits(v[end].r) {
			end++
		}
		if end-i >= shortest {
			bits, have, first := uint(0), 0, i
			for j := i; j < end; j++ {
				bits, have = bits<<bitsEach|fiveBits(v[j].r), have+bitsEach
				if have >= bitsByte {
					have -= bitsByte
					decoded = append(decoded, unit{rune(bits >> uint(have) & 0xFF), v[first].from, v[j].to})
					first = j
				}
			}
			decoded = append(decoded, unit{' ', 0, 0})
		}
		i = max(end, i+1)
	}
	return decoded
}

func isFiveBits(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '2' && r <= '7'
}

func fiveBits(r rune) uint {
	if r <= '7' {
		return uint(r-'2') + 26 //nolint:gosec // isFiveBits
	}
	return uint(fold(r) - 'a') //nolint:gosec // isFiveBits
}

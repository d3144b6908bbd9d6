package said

// byteReadings decodes lists of bytes in decimal or octal, and words of base32.
func byteReadings(v view) []view {
	var found []view
	for _, decoded := range []view{numberedBytes(v, 10), numberedBytes(v, 8), base32Words(v, fiveBits), base32Words(v, hexFiveBits)} {
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
	for i := 0; i < len(v); {
		end := i
		for end < len(v) && isAlnum(v[end].r) {
			end++
		}
		code := numberedByte(v[i:end], base)
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

// numberedByte returns the byte with the number that a word is, or 0.
func numberedByte(word view, base rune) rune {
	const longest = 3
	code := rune(0)
	for _, u := range word {
		if u.r < '0' || u.r >= '0'+base || len(word) > longest {
			return 0
		}
		code = base*code + u.r - '0'
	}
	if code > 0xFF {
		return 0
	}
	return code
}

// base32Words decodes words of base32, in any case. value returns the value of a character.
func base32Words(v view, value func(rune) (bits uint, ok bool)) view {
	const shortest, bitsEach, bitsByte = 8, 5, 8
	var decoded view
	for i := 0; i < len(v); {
		end := i
		var word []uint
		for ; end < len(v); end++ {
			five, ok := value(v[end].r)
			if !ok {
				break
			}
			word = append(word, five)
		}
		if end-i >= shortest {
			bits, have, first := uint(0), 0, i
			for j := i; j < end; j++ {
				bits, have = bits<<bitsEach|word[j-i], have+bitsEach
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

// fiveBits returns the value of a character of base32 (RFC 4648, section 6).
func fiveBits(r rune) (bits uint, ok bool) {
	switch {
	case r >= '2' && r <= '7':
		return uint(r-'2') + 26, true
	case isPlain(r) && r > '9':
		return uint(fold(r) - 'a'), true //nolint:gosec // a letter of ASCII
	default:
		return 0, false
	}
}

// hexFiveBits returns the value of a character of base32hex (RFC 4648, section 7).
func hexFiveBits(r rune) (bits uint, ok bool) {
	switch {
	case r >= '0' && r <= '9':
		return uint(r - '0'), true
	case isPlain(r) && fold(r) <= 'v':
		return uint(fold(r)-'a') + 10, true //nolint:gosec // a letter of ASCII
	default:
		return 0, false
	}
}

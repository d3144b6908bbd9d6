package said

// digits returns the value of a digit of an encoding; -1 if it is not one. Only the digits
// of base64 are different in the other case.
type digits func(rune) rune

func (d digits) has(r rune) bool { return d(r) >= 0 }

func hexDigit(r rune) rune { return orLetter(r, 'f') }

// base32HexDigit is for RFC 4648, section 7.
func base32HexDigit(r rune) rune { return orLetter(r, 'v') }

// orLetter returns the value of a digit, or of a letter that continues the digits.
func orLetter(r, last rune) rune {
	const tenth = 10
	switch {
	case r >= '0' && r <= '9':
		return r - '0'
	case r >= 'a' && r <= last:
		return r - 'a' + tenth
	case r >= 'A' && r <= last-'a'+'A':
		return r - 'A' + tenth
	}
	return -1
}

// base32Digit is for RFC 4648, section 6.
func base32Digit(r rune) rune {
	const letters = 26
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a'
	case r >= 'A' && r <= 'Z':
		return r - 'A'
	case r >= '2' && r <= '7':
		return r - '2' + letters
	}
	return -1
}

// base64Digit is for base64 and base64url.
func base64Digit(r rune) rune {
	const letters = 26
	switch {
	case r >= 'A' && r <= 'Z':
		return r - 'A'
	case r >= 'a' && r <= 'z':
		return r - 'a' + letters
	case r >= '0' && r <= '9':
		return r - '0' + 2*letters
	case r == '+', r == '-':
		return 2*letters + 10
	case r == '/', r == '_':
		return 2*letters + 11
	}
	return -1
}

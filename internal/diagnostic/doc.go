// Package diagnostic words what the engine reports. It is the one room where facts
// become sentences with the names of attributes, and advice: everything that users
// read of a failed request, and of a response that lacks something. Where nothing is
// known, what to say is "".
package diagnostic

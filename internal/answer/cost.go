package answer

import (
	"errors"
	"fmt"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

const (
	// longestPath is how long a path may be, in bytes.
	longestPath = 1000
	// largestGrowth bounds the size of what a path finds, as a multiple of the
	// answer's size.
	largestGrowth = 16
	// literalUnit is how many bytes of a literal count as one element of the answer.
	literalUnit = 32
	// filterCondition is the index of the condition among a filter's children.
	filterCondition = 2
)

// checkCost refuses an expression that could take time or memory out of
// proportion to the answer, which is up to 1 MiB of anything.
func checkCost(node parsing.ASTNode) error {
	_, err := growth(node)
	return err
}

// growth returns an upper bound of the size of an expression's value, as a
// multiple of the size of its input. The growths of parts that work side by side
// add up; those of parts that work on each other's values multiply.
func growth(node parsing.ASTNode) (int, error) {
	sum, product, largest := 0, 1, 0
	for i, child := range node.Children {
		size, err := growth(child)
		if err != nil {
			return 0, err
		}
		if node.NodeType == parsing.ASTFilterProjection && i == filterCondition {
			size = 1 // it only decides which elements stay
		}
		sum, product, largest = sum+size, product*max(size, 1), max(largest, size)
		if isChoice(node) {
			sum = largest
		}
		if sum > largestGrowth || multiplies(node) && product > largestGrowth {
			return 0, tooMuch()
		}
	}
	return ownGrowth(node, sum, product)
}

// ownGrowth returns the growth of a node from the sum and the product of those
// of its parts.
func ownGrowth(node parsing.ASTNode, sum, product int) (int, error) {
	switch node.NodeType { //nolint:exhaustive // the others are what their parts are
	case parsing.ASTRootNode, parsing.ASTLetExpression, parsing.ASTVariable:
		return 0, errors.New("it uses $ or let, which can look at the whole answer once for each of its parts")
	case parsing.ASTLiteral:
		return len(fmt.Sprint(node.Value)) / literalUnit, nil
	case parsing.ASTFunctionExpression:
		factor, err := functionGrowth(node)
		if err == nil && max(sum, product)*factor > largestGrowth {
			err = tooMuch()
		}
		return max(sum, product) * factor, err
	case parsing.ASTComparator, parsing.ASTNotExpression:
		return 1, nil
	}
	if multiplies(node) {
		return product, nil
	}
	return max(sum, 1), nil
}

func tooMuch() error {
	return fmt.Errorf("it can make the answer more than %d times as large", largestGrowth)
}

// multiplies reports whether the node's parts work on each other's values.
func multiplies(node parsing.ASTNode) bool {
	switch node.NodeType {
	case parsing.ASTPipe, parsing.ASTSubexpression, parsing.ASTIndexExpression,
		parsing.ASTProjection, parsing.ASTValueProjection, parsing.ASTFilterProjection, parsing.ASTFlatten:
		return true
	default:
		return false
	}
}

// isChoice reports whether the node's value is that of one of its parts.
func isChoice(node parsing.ASTNode) bool {
	return node.NodeType == parsing.ASTOrExpression || node.NodeType == parsing.ASTAndExpression
}

// functionGrowth returns an upper bound of the size of a function's value, as a
// multiple of its arguments' size. A function for which the answer decides that
// is refused.
func functionGrowth(node parsing.ASTNode) (int, error) {
	isLiteral := func(i int) bool {
		return i < len(node.Children) && node.Children[i].NodeType == parsing.ASTLiteral
	}
	switch name, _ := node.Value.(string); name {
	case "pad_left", "pad_right":
		return 0, fmt.Errorf("the function %s is not supported here: it can make an answer too large", name)
	case "join":
		if !isLiteral(0) {
			return 0, errors.New("the first argument of join is not a literal, such as ' '")
		}
	case "replace":
		if !isLiteral(1) || !isLiteral(2) {
			return 0, errors.New("the second and third argument of replace are not literals, such as 'a'")
		}
		added, _ := node.Children[2].Value.(string)
		return 1 + len(added), nil
	case "to_string":
		return 2, nil // a backslash before each quote and backslash, doubled by each further call
	}
	return 1, nil
}

// What the door's refusals are in Vietnamese: the kind by its SQLSTATE. The door's own words stand beside it.

import Store

extension ShopError.Refusal {
  var vietnamese: String {
    switch sqlState {
    case "MC003": "quy trình không có bước này"
    case "MC004": "việc này không được giao cho bạn"
    case "MC005": "bước này bây giờ không dẫn tới đó"
    case "MC006": "đã hết số lần hoặc quá thời hạn được làm việc này"
    case "MC007": "người được nêu không được phân công ở đó"
    case "MC008": "không hợp với tình trạng bàn giao của hồ sơ"
    case "MC009": "hồ sơ đã kết thúc"
    case "MC010": "nội dung gửi kèm không hợp lệ"
    case "MC011": "hôm nay không có đơn vị nào phụ trách bước này"
    case "MC012": "thủ tục này không tiếp nhận được ở đây"
    case "MC013": "chưa đủ những gì phải có trước bước này (giấy tờ, phí, chữ ký, ý kiến hoặc dữ liệu)"
    case "MC015": "dữ liệu của hồ sơ không thỏa điều kiện của bước này"
    case "MC014": "thời hạn vượt ra ngoài lịch làm việc đã có"
    default: message
    }
  }
}

"""One line of a batch: values for every column of an item type, as its supplier would write them.

The item types come from the catalogue, so an item that is added there can be sent without a change here: a field
without a text of its own here takes the catalogue's example.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from chengxin.catalogue.rules.columns import Column, columns_of
from chengxin.catalogue.rules.values import ClockStart, Field, Format, ItemKind, ItemType
from chengxin.demonstration.people import Person, Work
from chengxin.demonstration.places import address
from chengxin.demonstration.suppliers import Supplier

Line = dict[str, str]
"""Column code to text; a column that is missing is empty."""

SHOPS: Final = ("茶铺", "便利店", "小吃店", "鞋服店", "五金店", "水果店", "石材店", "陶瓷坊", "渔具店", "民宿")
TRADES: Final = ("茶叶", "鞋服", "石材", "水产", "食品", "电子", "建材", "陶瓷", "物流", "文旅")

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "*/organisation_name": ("{county}{surname}记{trade}有限公司", "{prefecture}{given}{trade}有限公司"),
    "*/organisation_code": ("91359900MA{serial:08d}",),
    "*/work_unit": ("{prefecture}{given}服务有限公司",),
    "*/certificate_number": ("YS-{year}-{serial:06d}",),
    "*/case_number": ("（{year}）闽演{serial}号",),
    "*/court": ("{prefecture}中级人民法院",),
    "*/place": ("{address}",),
    "*/school": ("{supplier}",),
    "*/association": ("{supplier}",),
    "*/matter": ("食品经营许可", "小餐饮登记", "卫生许可", "户外招牌设置"),
    "*/about_record": ("P-{year}-{serial:06d}",),
    "*/post": ("一级科员", "四级主任科员", "二级主任科员", "科员"),
    "TRADER.REGISTRATION/business_name": ("{county}{surname}记{shop}",),
    "TRADER.REGISTRATION/business_scope": ("预包装食品零售", "茶叶零售", "服装鞋帽零售", "小吃服务", "民宿服务", "日用百货零售"),
    "TAX.REGISTRATION/tax_name": ("{county}{surname}记{shop}",),
    "E-COMMERCE.OPERATOR/platform": ("样例商城", "演示购", "试用集市"),
    "E-COMMERCE.OPERATOR/shop": ("小{surname}{shop}", "{given}家{shop}"),
    "E-COMMERCE.PLEDGE/platform": ("样例商城", "演示购", "试用集市"),
    "E-COMMERCE.VIOLATION/platform": ("样例商城", "演示购", "试用集市"),
    "E-COMMERCE.VIOLATION/facts": ("编造交易量和用户评价，误导消费者", "商品页面标示的产地与实际不符", "收款后无正当理由拒不发货"),
    "COMPANY.LEGAL-REPRESENTATIVE/position": ("执行董事", "董事长", "经理", "执行董事兼经理"),
    "COMPANY.RESPONSIBLE-PERSON/duty": ("食品安全管理", "安全生产管理", "质量管理", "消防安全管理"),
    "FOOD.LICENCE/business_items": ("预包装食品销售", "热食类食品制售", "冷食类食品制售", "糕点类食品制售", "自制饮品制售"),
    "TEACHER.LICENCE/work_unit": ("{county}实验小学", "{county}第一中学", "{county}中心幼儿园", "{county}职业中专"),
    "TEACHER.HONOUR/honour_name": ("优秀教师", "师德标兵", "优秀班主任"),
    "TEACHER.HONOUR/reason": ("教育教学成绩优异", "坚守乡村课堂二十年", "爱岗敬业，深受学生爱戴"),
    "TEACHER.SANCTION/sanction": ("警告", "记过"),
    "DOCTOR.LICENCE/work_unit": ("{county}医院", "{county}中医院", "{county}妇幼保健院", "{prefecture}第一医院"),
    "NURSE.LICENCE/work_unit": ("{county}医院", "{county}中医院", "{prefecture}第一医院"),
    "PHARMACIST.LICENCE/work_unit": ("{county}{surname}记大药房", "{county}医院药剂科"),
    "LAWYER.LICENCE/work_unit": ("{prefecture}{given}律师事务所",),
    "GUIDE.LICENCE/work_unit": ("{prefecture}山海旅行社", "{prefecture}古城旅行社", "{prefecture}导游协会"),
    "GUIDE.VIOLATION/work_unit": ("{prefecture}山海旅行社", "{prefecture}古城旅行社"),
    "GUIDE.VIOLATION/facts": ("擅自变更旅游行程", "诱导游客参加另行付费项目", "未佩戴导游证带团"),
    "CONSTRUCTOR.LICENCE/work_unit": ("{prefecture}{given}建设工程有限公司",),
    "CIVIL-SERVANT.ROSTER/work_unit": ("{county}民政局", "{county}农业农村局", "{county}自然资源局", "{county}统计局"),
    "INSURANCE-AGENT.REGISTRATION/work_unit": ("样例人寿保险{prefecture}中心支公司", "演示财产保险{prefecture}分公司"),
    "ASSOCIATION.MEMBER/member_number": ("TEA-{serial:05d}",),
    "ASSOCIATION.PLEDGE/content": ("不以次充好，不虚标产地", "明码标价，信守合同"),
    "STUDENT.REGISTRATION/student_number": ("{year}{serial:05d}",),
    "STUDENT.HONOUR/honour_name": ("三好学生", "优秀学生干部", "学业奖学金", "科技创新奖"),
    "STUDENT.VOLUNTEER/honour_name": ("优秀志愿者",),
    "STUDENT.EXAM-CHEATING/exam": ("期末考试（高等数学）", "期末考试（大学英语）", "大学英语四级考试"),
    "VOLUNTEER.REGISTRATION/volunteer_number": ("V35{serial:08d}",),
    "VOLUNTEER.REGISTRATION/organisation": ("{county}志愿者协会", "刺桐志愿服务联合会（虚构）"),
    "VOLUNTEER.SERVICE/project": (
        "社区助老", "古城文明劝导", "海滩清洁", "图书馆导读", "无偿献血宣传", "台风后清障", "马拉松赛事服务", "四点半课堂",
        "博物馆讲解", "垃圾分类宣传",
    ),
    "VOLUNTEER.SERVICE/organisation": ("{county}志愿者协会", "刺桐志愿服务联合会（虚构）", "{county}青年志愿者协会"),
    "VOLUNTEER.HONOUR/honour_name": ("优秀志愿者", "五星级志愿者", "志愿服务先进个人"),
    "VOLUNTEER.HONOUR/reason": ("长期服务社区老人", "连续三年参加应急救援志愿服务", "坚持为游客义务讲解"),
    "CHARITY.DONATION/recipient": ("八闽慈善联合会（虚构）", "{county}慈善总会"),
    "CHARITY.DONATION/purpose_of_gift": ("助学", "助老", "灾后重建", "乡村图书室", "儿童助餐"),
    "SKILL.CERTIFICATE/skill": ("电工", "焊工", "茶艺师", "中式烹调师", "电子商务师", "养老护理员", "陶瓷装饰工", "石雕工"),
    "PLEDGE.EMPLOYMENT/work_unit": ("{prefecture}{given}{trade}有限公司", "{county}{trade}厂"),
    "PLEDGE.EMPLOYMENT/content": ("如实提供学历和工作经历", "如实提供工作经历，遵守劳动纪律"),
    "PLEDGE.LICENSING/content": ("经营场所符合卫生要求", "所提交材料真实有效", "按规定配备消防器材"),
    "PLEDGE.BREACH/facts": ("承诺的场所条件不实，经核查责令改正", "承诺补交的材料逾期未交"),
    "HONOUR.CREDIT-EXEMPLAR/honour_name": ("诚信之星", "诚信经营户"),
    "HONOUR.CREDIT-EXEMPLAR/recommended_by": ("{prefecture}发展和改革委员会", "{county}市场监督管理局"),
    "HONOUR.GOOD-COUNTERPART/standard": ("连续三年无不良记录", "按期申报纳税"),
    "HONOUR.BRAVERY/reason": ("跳入江中救起落水儿童", "在火场中救出邻居老人", "制止持刀行凶，保护路人"),
    "HONOUR.MORAL-MODEL/reason": ("拾金不昧，诚实守信", "替亡夫还清欠款，信守承诺"),
    "LABOUR.MODEL-WORKER/reason": ("长期坚守一线岗位", "带领班组完成技术改造"),
    "MARKET.PENALTY/facts": (
        "销售超过保质期的食品，货值一百二十元", "未按规定明码标价", "使用未经检定的计量器具", "销售不合格儿童玩具",
        "商品标签虚标等级", "短斤缺两，误差超过允许范围",
    ),
    "FOOD.PENALTY/food_kind": ("糕点", "卤味", "米粉制品", "水产干货", "现制饮品"),
    "FOOD.PENALTY/facts": ("未按规定建立进货查验记录", "生产的糕点菌落总数超标", "从业人员未取得健康证明上岗", "使用超过保质期的原料"),
    "MARKET.ADVERTISING/medium": ("店铺网页", "店内海报", "短视频账号"),
    "MARKET.ADVERTISING/facts": ("宣称产品为国家级", "用绝对化用语推销茶叶", "虚构优惠期限"),
    "MARKET.SERIOUS-LIST/list_reason": ("一年内三次销售不合格食品", "被吊销许可证后继续经营"),
    "QUALITY.PENALTY/product": ("电动自行车充电器", "儿童玩具", "插座", "瓷砖胶"),
    "TAX.EVASION/facts": ("在账簿上少列营业款项", "以私户收款隐瞒收入"),
    "TAX.SERIOUS-LIST/case_kind": ("虚开发票", "偷税"),
    "TAX.SERIOUS-LIST/facts": ("虚开增值税专用发票", "以隐瞒手段不申报，数额较大"),
    "TRANSPORT.VIOLATION/vehicle_kind": ("大型客车", "重型货车", "出租汽车", "网络预约出租汽车"),
    "TRANSPORT.VIOLATION/facts": ("不按批准的客运站点停靠", "超过核定载客人数", "未随车携带从业资格证", "货物未采取防脱落措施"),
    "FIRE.PENALTY/facts": ("占用疏散通道，经责令拒不改正", "消防设施未保持完好有效", "安全出口上锁"),
    "ENVIRONMENT.VIOLATION/facts": ("未采取措施排放扬尘", "废水处理设施停用", "夜间施工噪声超标", "危险废物未按规定贮存"),
    "SAFETY.VIOLATION/facts": ("未按规定对从业人员进行安全培训", "未设置安全警示标志", "特种设备未定期检验"),
    "WAGES.ARREARS/facts": ("未按月足额支付劳动者工资", "克扣工资，经责令逾期未支付"),
    "WAGES.SERIOUS-LIST/organisation_name": ("{prefecture}{given}{trade}有限公司",),
    "COURT.DEFAULT-LIST/duty": ("支付货款五万元", "返还借款八万元", "支付租金一万二千元", "支付工程款十六万元"),
    "CONSTRUCTOR.PENALTY/project": ("{county}文体中心", "{county}实验小学教学楼"),
    "CONSTRUCTOR.PENALTY/facts": ("因过错造成工程质量问题", "未在施工方案上签字即组织施工"),
    "EQUIPMENT.PENALTY/facts": ("违反操作规程作业", "未按规定填写运行记录"),
    "DOCTOR.PENALTY/facts": ("违反规定出具医学文书", "未经批准在注册地点以外执业"),
    "LAWYER.PENALTY/facts": ("同时在两个律师事务所执业", "私自接受委托收取费用"),
    "SOCIAL-INSURANCE.FRAUD/facts": ("隐瞒已就业事实领取失业金", "重复领取养老待遇"),
}  # fmt: skip
"""``ITEM/field`` or ``*/field`` to what may be written there."""

_CODE_WEIGHTS: Final[dict[str, dict[str, int]]] = {
    "penalty_kind": {"FINE": 60, "WARNING": 25, "CRITICISM": 5, "CONFISCATION": 10},
    "honour_level": {"PROVINCE": 5, "PREFECTURE": 25, "COUNTY": 45, "UNIT": 25},
    "programme": {"JUNIOR": 30, "BACHELOR": 55, "MASTER": 12, "DOCTOR": 3},
    "performance": {"NONE": 70, "PART": 30},
    "conduct": {"COPYING": 5, "DEVICES": 2},
}
_SEVERITY_WEIGHTS: Final = {"MINOR": 45, "GENERAL": 45, "SERIOUS": 10}
_ENDED_CODES: Final = {"licence_status": ("VALID", "CANCELLED"), "state": ("OPEN", "CLOSED")}
_LATER_DATES: Final = {
    "valid_until": 5,
    "ban_until": 5,
    "planned_removal_on": 1,
    "measures_until": 2,
    "sanction_until": 1,
}
_HOURS: Final = {"VOLUNTEER.SERVICE": (2, 9), "VOLUNTEER.HONOUR": (120, 900), "STUDENT.VOLUNTEER": (60, 240)}
_AGO_DAYS: Final = (4, 75)


@dataclass(slots=True)
class LineMaker:
    """Makes lines of one item type for one supplier.

    Attributes:
        item: The item type.
        supplier: Who sends them.
    """

    item: ItemType
    supplier: Supplier
    columns: tuple[Column, ...] = field(init=False)
    _pools: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Choose the columns that this supplier's files have."""
        self.columns = tuple(column for column in columns_of(self.item) if self._sends(column))
        self._pools = {
            field.code: TEXTS.get(f"{self.item.code}/{field.code}") or TEXTS.get(f"*/{field.code}") or (field.example,)
            for field in self.item.fields
        }

    @property
    def is_documented(self) -> bool:
        """Tell whether lines name the document: every adverse one does, and those whose clocks start with it."""
        starts = {clocks.shown.start for clocks in self.item.clocks.values()}
        return self.item.kind is ItemKind.ADVERSE or ClockStart.DOCUMENT in starts

    def _sends(self, column: Column) -> bool:
        if column.required or not column.is_common or column.code == "action":
            return True
        if column.code == "ended_on":
            return self.item.kind in {ItemKind.IDENTIFICATION, ItemKind.PLEDGE}
        return column.code.startswith(("document_", "issuing_")) and self.is_documented

    def line(
        self,
        random: Random,
        *,
        person: Person,
        occurred_on: date,
        record_number: str,
        serial: int,
        document_on: date | None = None,
        ended_on: date | None = None,
    ) -> Line:
        """Make a right line.

        Args:
            random: Where chance comes from.
            person: Whom it is about.
            occurred_on: Day of the event.
            record_number: The supplier's number of it.
            serial: Number that texts of it bear.
            document_on: Day of its document; the day of the event where not given.
            ended_on: Day of its end, or None.
        """
        line = {
            "identity_number": person.number,
            "name": person.name,
            "record_number": record_number,
            "occurred_on": occurred_on.isoformat(),
        }
        if ended_on is not None:
            line["ended_on"] = ended_on.isoformat()
        if self.is_documented:
            self._add_document(random, line, document_on or occurred_on, serial)
        words = self._words(random, person, occurred_on, serial)
        for one in self.item.fields:
            value = self._value(random, one, line, words, occurred_on, ended_on)
            if value:
                line[one.code] = value
        return line

    def work_line(self, random: Random, *, person: Person, work: Work, record_number: str, sent_on: date) -> Line:
        """Make the line of a registration, with its end where it had ended when it was sent.

        Args:
            random: Where chance comes from.
            person: Whom it is about.
            work: The registration.
            record_number: The supplier's number of it.
            sent_on: Civil date of sending.
        """
        has_ended = work.ended_on is not None and work.ended_on <= sent_on
        return self.line(
            random,
            person=person,
            occurred_on=work.since_on,
            record_number=record_number,
            serial=work.serial,
            ended_on=work.ended_on if has_ended else None,
        )

    def _add_document(self, random: Random, line: Line, document_on: date, serial: int) -> None:
        line["document_on"] = document_on.isoformat()
        line["document_number"] = f"闽演〔{document_on.year}〕{serial}号"
        line["issuing_body"] = self.supplier.name_zh
        if self.item.document_kinds:
            line["document_kind"] = self.item.document_kinds[0].zh
        if self.item.notice_required:
            line["notice_served_on"] = document_on.isoformat()
        if self.item.severities:
            weights = [_SEVERITY_WEIGHTS[code] for code in self.item.severities]
            (line["severity"],) = random.choices(self.item.severities, weights)

    def _words(self, random: Random, person: Person, occurred_on: date, serial: int) -> dict[str, object]:
        return {
            "county": person.county.name,
            "prefecture": person.county.prefecture,
            "surname": person.name[:1],
            "given": person.name[1:].replace("·", "")[:2] or person.name,
            "shop": SHOPS[person.index % len(SHOPS)],
            "trade": TRADES[person.index % len(TRADES)],
            "supplier": self.supplier.name_zh,
            "serial": serial,
            "year": occurred_on.year,
            "address": address(random, person.county),
        }

    def _value(
        self,
        random: Random,
        one: Field,
        line: Line,
        words: dict[str, object],
        occurred_on: date,
        ended_on: date | None,
    ) -> str:
        match one.format:
            case Format.TEXT:
                pool = self._pools[one.code]
                text = pool[0] if len(pool) == 1 else random.choice(pool)
                return text.format_map(words) if "{" in text else text
            case Format.CODE:
                return self._code(random, one, is_over=ended_on is not None)
            case Format.MONEY:
                if one.code == "fine_amount" and line.get("penalty_kind", "FINE") != "FINE":
                    return ""
                return f"{int(10 ** random.uniform(2.3, 4.7)) // 10 * 10}.00"
            case Format.INTEGER:
                low, high = _HOURS.get(self.item.code, (1, 24)) if one.code == "hours" else (1, 12)
                return str(random.randrange(low, high + 1))
            case Format.DATE:
                years = _LATER_DATES.get(one.code)
                later = occurred_on if years is None else occurred_on + timedelta(days=365 * years)
                return later.isoformat()

    @staticmethod
    def _code(random: Random, one: Field, *, is_over: bool) -> str:
        codes = [label.code for label in one.codes]
        if one.code in _ENDED_CODES:
            running, over = _ENDED_CODES[one.code]
            wanted = over if is_over else running
            return wanted if wanted in codes else codes[0]
        known = _CODE_WEIGHTS.get(one.code, {})
        weights = [known.get(code, 0) for code in codes]
        if any(weights):
            return random.choices(codes, weights)[0]
        return random.choice(codes)


def days_before_document(random: Random) -> timedelta:
    """Return how long after the event its document came: four days to eleven weeks.

    Args:
        random: Where chance comes from.
    """
    return timedelta(days=random.randrange(*_AGO_DAYS))
